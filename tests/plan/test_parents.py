"""Replies name the announcement they belong to; what marks a pull request is taken away last."""

import itertools
from dataclasses import replace

import pytest
from announced import NOW, TICKET, desired, open_pull_request, pull_request, snapshot, ticket
from company import escalation, resolution

from reconciler.model.desired import NO_CHANNEL, NO_TICKET, Desired
from reconciler.model.forge import PullRequestState
from reconciler.model.observed import Announced, Observed, Probe
from reconciler.model.receipt import PostReceipt, Receipt
from reconciler.pull_requests.closed import ClosedPullRequests
from reconciler.pull_requests.open import Opened
from reconciler.reconcile.facets.message_operations import (
    EditMessage,
    Place,
    PostMessage,
    Waits,
    Where,
)
from reconciler.reconcile.plan import plan_escalation
from reconciler.reconcile.pull_request import decline
from reconciler.reconcile.wording.links import Links
from reconciler.services.slack.values import PostKey

ENDED = {"resolution": resolution()}
EPISODE = {
    key: escalation(TICKET)[key] for key in ("impact", "reason", "initiator", "contact", "assignee")
}
EPISODES = {
    "announcement": {},
    "announcement-e2": {**ENDED, "episodes": [EPISODE]},
    "announcement-e3": {**ENDED, "episodes": [{**EPISODE, **ENDED}, EPISODE]},
}
PROBED = frozenset({Probe.ANNOUNCEMENT, Probe.THREAD, Probe.PEOPLE})


def reply(parent: str) -> PostMessage:
    return PostMessage(where=Where.THREAD, kind="x", text="x", rev="x", parent=parent)


@pytest.mark.parametrize("known", [
    each for size in range(4) for each in itertools.combinations(EPISODES, size)
])  # fmt: skip
def test_a_reply_goes_to_its_parent_or_waits(known: tuple[str, ...]):
    """Whichever answers were lost: the ones that are known are the ones that were not."""
    there = {key: PostReceipt(ts=f"{1 + index}.0", rev="x") for index, key in enumerate(known)}
    receipt = Receipt(ticket=TICKET, announcements=there)
    for parent in EPISODES:
        place = reply(parent).place(receipt, None, "C1")
        if parent in known:
            assert place == Place("C1", there[parent].ts)
        else:
            assert place == Waits("the announcement")


@pytest.mark.parametrize("parent", EPISODES)
def test_every_reply_of_a_plan_names_the_announcement_of_its_episode(parent: str):
    want = desired(**EPISODES[parent])
    messages = {
        key: PostReceipt(ts=f"{1 + index}.0", rev="old") for index, key in enumerate(EPISODES)
    }
    seen = Observed(
        ticket=ticket(),
        channel=None,
        announced=Announced("C1", messages, {}),
        slack_ids={each.handle: "U1" for each in want.channel.invitees},
        jira_ids={"dmitri": "A1"},
        probed=PROBED,
    )
    changes = plan_escalation(want, seen, NOW).plan.changes
    threads = [it.op for it in changes if isinstance(it.op, PostMessage) and it.op.parent]
    assert [op.parent for op in threads] == [parent]
    assert all(op.where is Where.THREAD for op in threads)


def test_a_call_for_an_acknowledgement_names_its_announcement():
    want = open_pull_request(**EPISODES["announcement-e2"])
    first = {"announcement": PostReceipt(ts="1.0", rev="old")}
    seen = Observed(None, None, Announced("C1", first, {}), probed=PROBED)
    changes = plan_escalation(want, seen, NOW).plan.changes
    assert [it.op.parent for it in changes if isinstance(it.op, PostMessage)] == [
        "",
        "announcement-e2",
    ]


def test_who_is_called_is_looked_up_before_anything_is_posted_in_the_thread():
    want = open_pull_request()
    there = Announced("C1", {"announcement": PostReceipt(ts="1.0", rev="old")}, {})
    seen = Observed(None, None, there, probed=PROBED - {Probe.PEOPLE})
    planned = plan_escalation(want, seen, NOW)
    assert planned.probes == {Probe.PEOPLE}
    assert not any(isinstance(it.op, PostMessage) and it.op.parent for it in planned.plan.changes)
    known = replace(seen, slack_ids={"hannah": "U1"})
    changes = plan_escalation(want, known, NOW).plan.changes
    (call,) = [it.op for it in changes if isinstance(it.op, PostMessage) and it.op.parent]
    assert call.mentions == {"hannah": "U1"}


@pytest.mark.parametrize("main", [desired(), None])
def test_a_closed_pull_request_is_corrected_without_a_ticket_in_jira(main: Desired | None):
    """It is open and no longer brings the ticket, so GitHub is not asked about it."""
    opened, policy = [Opened(pull_request())], snapshot().policy
    closed = ClosedPullRequests(None, policy, "https://jira.example", opened)
    found = closed(PostKey(TICKET, "announcement"), "12", main)
    assert found is not None
    assert (found.jira, found.channel) == (NO_TICKET, NO_CHANNEL)
    assert not found.needs_ticket


def declined() -> tuple[object, ...]:
    closed = pull_request(state=PullRequestState.DECLINED)
    links = Links("https://jira.example", snapshot().policy)
    want = decline(TICKET, "announcement", closed, "sre-escalations", links)
    there = {"announcement": PostReceipt(ts="1.0", rev="old")}
    seen = Observed(None, None, Announced("C1", there, {}), probed=PROBED)
    return tuple(change.op for change in plan_escalation(want, seen, NOW).plan.changes)


def test_the_mark_of_a_declined_pull_request_is_taken_away_last():
    reply_op, edit_op = declined()
    assert isinstance(reply_op, PostMessage)
    assert isinstance(edit_op, EditMessage)
    assert (edit_op.pull_request, edit_op.ended) == (reply_op.kind.rpartition("-")[2], True)
    assert edit_op.after == (reply_op.kind,)


def test_and_not_before_the_reply_is_known_to_be_there():
    _, edit_op = declined()
    assert isinstance(edit_op, EditMessage)
    there = {"announcement": PostReceipt(ts="1.0", rev="old")}
    receipt = Receipt(ticket=TICKET, announcements=there)
    assert edit_op.place(receipt, None, "C1") == Waits("its replies")
    replied = {edit_op.after[0]: PostReceipt(ts="2.0", rev="x")}
    receipt = receipt.model_copy(update={"replies": replied})
    assert edit_op.place(receipt, None, "C1") == Place("C1", None)
