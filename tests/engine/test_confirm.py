"""A change is confirmed by finding what it makes in what was read back, and only then."""

import pytest

from reconciler.model.change import Action, Change, Operation
from reconciler.model.observed import (
    Announced,
    Channel,
    Priority,
    SeenBookmark,
    Ticket,
    TicketComment,
)
from reconciler.model.receipt import PostReceipt, Receipt, TextReceipt
from reconciler.reconcile.facet import ReadBack, operation
from reconciler.reconcile.facets.archive import Archive
from reconciler.reconcile.facets.assignee import Assign
from reconciler.reconcile.facets.bookmarks import AddBookmark
from reconciler.reconcile.facets.brief import Pin
from reconciler.reconcile.facets.channel import CreateChannel, JoinChannel, RenameChannel
from reconciler.reconcile.facets.comment_operations import AddComment
from reconciler.reconcile.facets.follow_ups import LinkTicket
from reconciler.reconcile.facets.label import AddLabel, RemoveLabel
from reconciler.reconcile.facets.members import Invite
from reconciler.reconcile.facets.message_operations import EditMessage, PostMessage, Where
from reconciler.reconcile.facets.priority import SetPriority
from reconciler.reconcile.facets.receipt import Remember
from reconciler.reconcile.facets.remote_link import SetRemoteLink
from reconciler.reconcile.facets.topic_purpose import SetPurpose, SetTopic

POST = PostReceipt(ts="1.5", rev="r1")
MEMORY = Receipt(
    ticket="DS-1",
    posts={"brief": POST},
    topic=TextReceipt(rev="r1", stored="Slack's :tada: topic"),
)
TICKET = Ticket(
    key="DS-1",
    summary="",
    labels=frozenset({"ESCALATION"}),
    priority=Priority("1", "Highest"),
    assignee="acc",
    comments={"channel": TicketComment("9", "r1", touched=False)},
    links=frozenset({"DS-2"}),
    receipt=MEMORY,
    remote_link="https://slack.example/archives/C1",
)
CHANNEL = Channel(
    "C1",
    "ds-1",
    "Slack's :tada: topic",
    "A purpose &amp; more",
    archived=False,
    bot_is_member=True,
    members=frozenset({"U1"}),
    joined=frozenset({"U2"}),
    posts={"brief": POST},
    bookmarks=(SeenBookmark("B1", "Ticket", "https://jira.example/DS-1"),),
    pins=frozenset({"1.5"}),
)
SEEN = ReadBack(TICKET, CHANNEL, Announced("C0", {"announcement": POST}, {"reply": POST}), MEMORY)
ARCHIVED = Channel("C1", "ds-1", "", "", archived=True, bot_is_member=False)


def _post(where: Where, kind: str) -> PostMessage:
    return PostMessage(where=where, kind=kind, text="", rev="other")


def _edit(where: Where, kind: str, rev: str) -> EditMessage:
    return EditMessage(where=where, kind=kind, ts="1.5", text="", rev=rev)


def _link(ended: bool = False) -> SetRemoteLink:
    return SetRemoteLink(summary="", ended=ended, rev="")


def _bookmark(title: str) -> AddBookmark:
    return AddBookmark(kind="ticket", title=title, link="https://jira.example/DS-1", rev="")


@pytest.mark.parametrize(
    ("there", "missing"),
    [
        (CreateChannel(name="ds-1"), CreateChannel(name="ds-1-2")),
        (RenameChannel(name="ds-1"), RenameChannel(name="ds-2")),
        (SetTopic(text="other", rev="r1"), SetTopic(text="other", rev="r2")),
        (SetPurpose(text="A purpose & more", rev=""), SetPurpose(text="A purpose", rev="")),
        (Invite(users={"a": "U1", "b": "U2"}), Invite(users={"a": "U1", "c": "U3"})),
        (_post(Where.CHANNEL, "brief"), _post(Where.CHANNEL, "summary")),
        (_post(Where.ANNOUNCEMENT, "announcement"), _post(Where.ANNOUNCEMENT, "brief")),
        (_post(Where.THREAD, "reply"), _post(Where.THREAD, "announcement")),
        (_edit(Where.CHANNEL, "brief", "r1"), _edit(Where.CHANNEL, "brief", "r2")),
        (Pin(kind="brief"), Pin(kind="summary")),
        (_bookmark("Ticket"), _bookmark("Other")),
        (AddLabel(label="ESCALATION"), AddLabel(label="OTHER")),
        (RemoveLabel(label="OTHER"), RemoveLabel(label="ESCALATION")),
        (SetPriority(id="1", previous=None), SetPriority(id="2", previous=None)),
        (Assign(account="acc"), Assign(account="else")),
        (AddComment(kind="channel", body=""), AddComment(kind="resolved", body="")),
        (LinkTicket(key="DS-2", link_type=""), LinkTicket(key="DS-3", link_type="")),
    ],
)
def test_what_is_found_is_confirmed_and_nothing_else(there: Operation, missing: Operation):
    assert operation(_change(there)).confirmed(SEEN)
    assert not operation(_change(missing)).confirmed(SEEN)


@pytest.mark.parametrize(
    "op",
    [
        CreateChannel(name="ds-1"),
        JoinChannel(),
        _post(Where.CHANNEL, "brief"),
        Pin(kind="brief"),
        _bookmark("Ticket"),
        Invite(users={"a": "U1"}),
    ],
)
def test_in_an_archived_channel_nothing_is_confirmed(op: Operation):
    seen = ReadBack(TICKET, ARCHIVED, Announced(None), MEMORY)
    assert not operation(_change(op)).confirmed(seen)


@pytest.mark.parametrize("op", [Archive(), JoinChannel()])
def test_the_state_of_the_channel_confirms(op: Operation):
    assert operation(_change(op)).confirmed(SEEN) is isinstance(op, JoinChannel)
    seen = ReadBack(TICKET, ARCHIVED, Announced(None), MEMORY)
    assert operation(_change(op)).confirmed(seen) is isinstance(op, Archive)


def test_without_a_ticket_or_a_channel_nothing_is_confirmed():
    nothing = ReadBack(None, None, Announced(None), Receipt(ticket="DS-1"))
    for op in (AddLabel(label="ESCALATION"), RemoveLabel(label="X"), Archive(), _link()):
        assert not operation(_change(op)).confirmed(nothing)


def test_link_and_receipt_as_they_were_read():
    assert operation(_change(_link())).confirmed(SEEN)
    assert operation(_change(Remember())).confirmed(SEEN)
    other = ReadBack(TICKET, ARCHIVED, Announced(None), Receipt(ticket="DS-1"))
    assert not operation(_change(Remember())).confirmed(other)


def _change(op: Operation) -> Change:
    return Change(facet="a.b", action=Action.ADD, why="drift", op=op)
