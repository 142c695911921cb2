"""What is said of changes that were not made, or of which nobody heard, made from values."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from clocks import at_once
from company import escalation
from goldens import hold
from plan.values import FOLLOWED, MONDAY, Scene, new, settled, snapshot_of

from reconciler.audit.records import request_of
from reconciler.model.change import Action, Change, Operation
from reconciler.model.observed import Announced
from reconciler.model.outcome import Result
from reconciler.model.policy import Safety
from reconciler.model.receipt import VERSION, PostReceipt, Receipt
from reconciler.model.receipt_form import LONG, LONGEST, read_receipt
from reconciler.model.sealed_receipt import ReceiptSeals
from reconciler.reconcile.desired_states import DesiredStates
from reconciler.reconcile.effective import plain_escalations
from reconciler.reconcile.engine.budget import Budget
from reconciler.reconcile.engine.execute import Executor
from reconciler.reconcile.engine.outcomes import RECEIPT, Outcomes
from reconciler.reconcile.engine.plan_run import plan_run
from reconciler.reconcile.engine.progress import Silent
from reconciler.reconcile.engine.request import Request
from reconciler.reconcile.facet import ReadBack
from reconciler.reconcile.facets.archive import Archive
from reconciler.reconcile.facets.assignee import Assign
from reconciler.reconcile.facets.bookmarks import AddBookmark
from reconciler.reconcile.facets.brief import Pin
from reconciler.reconcile.facets.channel import CreateChannel, JoinChannel, RenameChannel
from reconciler.reconcile.facets.comment_operations import AddComment
from reconciler.reconcile.facets.label import AddLabel
from reconciler.reconcile.facets.members import Invite
from reconciler.reconcile.facets.message_operations import EditMessage, PostMessage, Waits, Where
from reconciler.reconcile.facets.remote_link import SetRemoteLink
from reconciler.reconcile.facets.topic_purpose import SetTopic
from reconciler.redaction import PrivateData
from reconciler.services.connect import Gateways, connect
from reconciler.services.settings import JiraSettings, Settings, SlackSettings
from reconciler.services.slack.values import Identity
from words.canned import Answer, Canned, canned
from words.lives import unheard

GOLDEN = Path(__file__).parent / "golden" / "outcomes.txt"
US = Identity("U0BOT", "B0BOT", "https://ledgerline.slack.example/", None)
ROSTER = snapshot_of().roster
POST = PostMessage(where=Where.ANNOUNCEMENT, kind="a", text="", rev="1")
HALF_FULL = read_receipt({"v": VERSION, "ticket": "DS-1071", "from_somebody": "x" * LONG})
FULL = read_receipt({"v": VERSION, "ticket": "DS-1071", "from_somebody": "x" * LONGEST})


def _change(op: Operation, facet: str = "slack.x", **texts: str) -> Change:
    return Change(facet=facet, action=Action.ADD, why="drift", op=op, **texts)


def _told(outcomes: Outcomes) -> Iterator[str]:
    for each in outcomes.every():
        what = f"{each.change.op.do} {each.change.after}".strip()
        if each.answer:
            yield f"{what}: {each.result}: {each.answer}\n    {each.remedy}".rstrip()


# What nobody heard of is read back


def _settled() -> Iterator[str]:
    changes = (_change(AddLabel(label="E")), _change(POST))
    plan = settled().plan().plan.model_copy(update={"changes": changes})
    nothing = plan.model_copy(update={"changes": ()})
    there = Announced("C0", {"a": PostReceipt(ts="1.5", rev="1")})
    for result in (Result.UNKNOWN, Result.SKIPPED):
        for seen in (there, Announced("C0", {})):
            outcomes = Outcomes(plan)
            outcomes.note(_change(POST), result, "as it was")
            later = nothing.model_copy(update={"changes": (_change(Archive(), "slack.y"),)})
            outcomes.settle(later, ReadBack(None, None, seen, Receipt(ticket="DS-1071")))
            yield from _told(outcomes)
    outcomes.note(RECEIPT, Result.FAILED, "HTTP 500")
    yield from _told(outcomes)


def _places() -> Iterator[str]:
    nothing = Receipt(ticket="DS-1071")
    edit = EditMessage(where=Where.THREAD, kind="a", ts="1.5", text="", rev="1", after=("b",))
    for op, announced_in in ((POST, None), (edit, "C0")):
        found = op.place(nothing, None, announced_in)
        assert isinstance(found, Waits)
        yield f"{op.do} waits for {found.what}"


# Carried out against services that refuse


@contextmanager
def _gateways(server: Canned) -> Iterator[Gateways]:
    with connect(_settings(server), at_once(), 2) as found:
        yield found


def _settings(server: Canned) -> Settings:
    return Settings(
        JiraSettings(server.url, "bot@x.example", "t"), SlackSettings(f"{server.url}/", "xoxb-1")
    )


def _carried_out(server: Canned, scene: Scene, caps: Safety | None = None) -> Iterator[str]:
    """The outcomes with an answer, and what was said of a channel that is not there."""
    planned, server.sent = scene.plan(), []
    outcomes = Outcomes(planned.plan)
    with _gateways(server) as gateways:
        executor = Executor(gateways, US, Budget(caps or Safety()))
        executor.carry_out(planned, scene.observed, outcomes)
    for each in (*planned.plan.problems, *planned.plan.notices):
        yield f"{each.message}\n    {each.remedy}"
    yield from _told(outcomes)
    yield from (said for each in server.sent for said in _said(each))


def _said(sent: str) -> Iterator[str]:
    """The comments and messages in a request."""
    if sent.startswith("{"):
        told = json.loads(sent)
        if "text" in told:
            yield f"posted: {told['text']}"
        if "body" in told:
            yield f"commented: {told['body']}"
    else:
        yield from (f"posted: {each}" for each in parse_qs(sent).get("text", ()))


def _refused(server: Canned) -> Iterator[str]:
    texts = {"topic": {"value": ""}, "purpose": {"value": ""}}
    made = {"id": "C1", "name": "ds-1071-x", "creator": "U0BOT", "is_archived": False, **texts}
    fine = Answer({"ok": True, "id": "9", "ts": "1.5", "channel": made, "channels": []})
    for code in ("restricted_action", "name_taken"):
        refusal = Answer({"ok": False, "error": code})
        server.answers = {"*": [fine], "conversations.create": [refusal]}
        yield from _carried_out(server, unheard(new()))
    taken = {**made, "name": new().plan().plan.channel, "creator": "U0AMARA01"}
    there = Answer({"ok": True, "channels": [taken]})
    taken_already = Answer({"ok": False, "error": "name_taken"})
    for refusal in (taken_already, Answer({"ok": False, "error": "fatal_error"}, 500)):
        server.answers = {
            "*": [fine],
            "conversations.create": [refusal],
            "conversations.list": [there],
        }
        yield from _carried_out(server, unheard(new()))
    server.answers = {"*": [fine]}
    yield from _carried_out(server, unheard(new()), Safety(invitations=0, posts=0))
    outside = settled().in_channel(bot_is_member=False, topic="", purpose="")
    yield from _carried_out(server, outside)
    yield from _carried_out(server, settled().on_ticket(receipt=FULL, labels=frozenset()))
    yield from _carried_out(server, settled().on_ticket(receipt=HALF_FULL))


def _strays(server: Canned) -> Iterator[str]:
    texts = {"topic": {"value": ""}, "purpose": {"value": "Escalation DS-9: X. All of it."}}
    channel = {"id": "C9", "name": "ds-9-x", "creator": "U0BOT", "is_archived": False, **texts}
    me = {"ok": True, "user_id": "U0BOT", "bot_id": "B0", "url": US.workspace_url}
    server.answers = {
        "*": [Answer({"issues": []})],
        "auth.test": [Answer(me)],
        "users.conversations": [Answer({"ok": True, "channels": [channel]})],
    }
    nothing = DesiredStates(snapshot_of(), (), "https://jira.example", MONDAY)
    request = Request(nothing, frozenset(), ROSTER, "ESCALATION", ("DS",), MONDAY)
    with _gateways(server) as gateways:
        run = plan_run(request, gateways, Silent())
    yield from (f"{each.message}\n    {each.remedy}" for each in run.plan.notices)


def _unread_follow_up(server: Canned) -> Iterator[str]:
    """Jira shows the ticket, and refuses to show the one that remains."""
    snapshot = snapshot_of(escalation("DS-1071", resolution=FOLLOWED))
    states = DesiredStates(
        snapshot, plain_escalations(snapshot, MONDAY), "https://jira.example", MONDAY
    )
    (wanted,) = states.declared
    comments = {"comments": [], "total": 0}
    jira = _settings(server).jira
    seals = ReceiptSeals(jira.keyring, jira.site)
    issue = {
        "id": "1",
        "key": wanted.ticket,
        "fields": {"summary": "S", "labels": ["ESCALATION"], "comment": comments},
        "properties": {"escalation": seals.sealed(settled().receipt)},
        "editmeta": {"fields": {"labels": {}, "issuelinks": {}}},
    }
    me = {"ok": True, "user_id": "U0BOT", "bot_id": "B0", "url": US.workspace_url}
    server.answers = {
        "*": [Answer({"ok": True, "channels": [], "messages": []})],
        "auth.test": [Answer(me)],
        "bulkfetch": [Answer({"issues": [issue]})],
        "conversations.info": [Answer({"ok": False, "error": "channel_not_found"})],
        "PAY-641": [Answer({}, 400)],
        "comment/list": [Answer({"values": []})],
        "myself": [Answer({"accountId": "bot"})],
    }
    known = frozenset({wanted.ticket})
    request = Request(states, known, ROSTER, "ESCALATION", ("DS",), MONDAY)
    with _gateways(server) as gateways:
        run = plan_run(request, gateways, Silent())
    for plan in run.plan.blocks:
        for each in (*plan.problems, *plan.notices):
            if each.facet == "jira.link":
                yield f"{each.message}\n    {each.remedy}".rstrip()


# On the audit branch


def _recorded() -> Iterator[str]:
    private = PrivateData(ROSTER)
    for op in (
        Assign(account="5f0a1c2e:nadia"),
        Invite(users={"owen": "U7"}),
        JoinChannel(),
        CreateChannel(name="ds-1"),
        RenameChannel(name="ds-1"),
        Archive(),
        Pin(kind="brief"),
        SetTopic(text="x", rev="1"),
        SetRemoteLink(summary="x", ended=False, rev="1"),
        AddComment(kind="channel", body="x"),
        AddBookmark(kind="ticket", title="x", link="https://x.example/", rev="1"),
        POST,
    ):
        before, after = request_of(_change(op, before="Nadia", after="nadia"), private)
        yield f"{op.do}: {before} -> {after}"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Canned]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with canned() as found:
        yield found


def test_what_is_said_of_changes_reads_as_before(server: Canned):
    parts = {
        "Read back": _settled(),
        "Places": _places(),
        "Carried out": _refused(server),
        "Without a file": _strays(server),
        "A follow-up": _unread_follow_up(server),
        "Recorded": _recorded(),
    }
    lines = (f"## {title}\n\n" + "\n".join(said) + "\n" for title, said in parts.items())
    hold(GOLDEN, "\n".join(lines).replace(server.url, "URL"))
