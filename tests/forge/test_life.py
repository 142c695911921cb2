"""From a pull request to an open channel: what everybody sees, how often, and at which price."""

import json

import pytest
from hub import Hub

from reconciler.sandbox import Fault

TICKET = "DS-1071"
CHANNEL = "ds-1071-something-fails-in-ds-1071"


def calls_of(hub: Hub, service: str) -> list[str]:
    return [each.name for each in hub.box.calls if each.service == service]


def said(hub: Hub) -> str:
    (message,) = hub.announcements(TICKET)
    return str(message["text"])


def kinds(hub: Hub) -> list[str]:
    return [each["metadata"]["event_payload"]["kind"] for each in hub.replies(TICKET)]


@pytest.mark.parametrize("method", ["squash", "merge"])
def test_a_pull_request_escalates_a_review_acknowledges_a_merge_reconciles(hub: Hub, method: str):
    number = hub.propose(TICKET)
    before = hub.ticket(TICKET)
    hub.reconcile()
    link = f"<https://github.example/ledgerline/escalations/pull/{number}|#{number}>"
    assert f"proposed in {link}" in said(hub)
    assert "has not acknowledged it yet" in said(hub)
    assert kinds(hub) == [f"proposed-{number}"]
    assert "<@U0HANNAH1>" in hub.replies(TICKET)[0]["text"]
    assert "<@" not in said(hub), "the announcement itself calls nobody, however often it is edited"
    assert hub.ticket(TICKET) == before, "nothing of a proposal reaches the ticket"

    hub.pass_time(minutes=12)
    hub.review(number)
    hub.reconcile()
    assert "acknowledged by Hannah Weiss in" in said(hub)
    assert kinds(hub) == [f"proposed-{number}", "acknowledged"]

    hub.pass_time(minutes=3)
    hub.merge(number, method=method)
    hub.reconcile("--record")
    assert "Dmitri Sokolov is on it in" in said(hub)
    assert kinds(hub) == [f"proposed-{number}", "acknowledged", "assigned-dmitri"]
    assert hub.channel(TICKET)["name"] == CHANNEL
    assert "ESCALATION" in hub.ticket(TICKET)["labels"]
    comments = [each["body"] for each in hub.ticket(TICKET)["comments"]]
    assert any("Hannah Weiss acknowledged it in" in each for each in comments)
    assert len(comments) == 1
    assert "Nothing to do" in hub.reconcile("--thorough")


def test_the_audit_branch_tells_who_acknowledged_and_how_long_it_took(hub: Hub):
    number = hub.propose(TICKET, draft=True)
    hub.pass_time(hours=1)
    hub.box.github.ready(number)
    hub.pass_time(minutes=12)
    hub.review(number)
    hub.pass_time(minutes=5)
    hub.merge(number)
    hub.reconcile("--record")
    hub.git("fetch", "--quiet", "origin", "audit")
    lines = hub.git("show", f"FETCH_HEAD:audit/2026/{TICKET}.jsonl").splitlines()
    (record,) = [json.loads(each) for each in lines if '"acknowledgement"' in each]
    assert (record["means"], record["by"], record["pull_request"]) == ("review", "hannah", number)
    assert record["ready_at"] == "2026-11-23T16:00:00+00:00"
    assert record["acknowledged_at"] == "2026-11-23T16:12:00+00:00"
    hub.git("fetch", "--quiet", "origin", "audit:audit")
    told = " ".join(hub.escalate("history", TICKET).stdout.split())
    assert "acknowledged by hannah on #1 after 12 minutes" in told
    verified = hub.escalate("history", "--verify", status=None)
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_what_is_told_once_is_told_once(hub: Hub):
    number = hub.propose(TICKET)
    for _ in range(3):
        hub.reconcile()
    assert len(hub.announcements(TICKET)) == 1
    assert kinds(hub) == [f"proposed-{number}"]
    assert len(hub.plan_comments(number)) == 1


def test_what_a_run_costs_at_github(hub: Hub):
    hub.reconcile()
    hub.box.clear_calls()
    hub.reconcile()
    assert len(calls_of(hub, "github")) <= 4, "nothing is open"
    numbers = [hub.propose(f"DS-107{each}", assignee=None) for each in (1, 2, 3)]
    hub.reconcile()
    for number in numbers:
        hub.review(number)
    hub.box.clear_calls()
    hub.reconcile()
    assert len(calls_of(hub, "github")) <= 6 + 3 * 3, calls_of(hub, "github")
    hub.merge(numbers[0])
    hub.box.clear_calls()
    hub.reconcile()
    assert len(calls_of(hub, "github")) <= 6 + 3 * 2, calls_of(hub, "github")
    for number in numbers[1:]:
        hub.merge(number)
    hub.reconcile()
    hub.box.clear_calls()
    hub.reconcile()
    assert calls_of(hub, "github") == ["GET /repos/{owner}/{repo}/pulls"], "approvals are sealed"


def test_a_run_without_anything_proposed_costs_slack_one_call_more_for_each_desk(hub: Hub):
    hub.reconcile()
    hub.box.clear_calls()
    hub.reconcile()
    assert sorted(calls_of(hub, "slack")) == [
        "auth.test",
        "conversations.history",
        "conversations.history",
        "users.conversations",
    ]


def test_seals_are_worth_nothing_with_another_token_or_in_another_place(hub: Hub):
    number = hub.propose(TICKET)
    hub.review(number)
    hub.merge(number)
    hub.reconcile()
    receipt = hub.ticket(TICKET)["properties"]["escalation"]
    hub.jira("owen", "PUT", f"issue/{TICKET}/properties/escalation", {**receipt, "labelled": False})
    assert "the receipt on DS-1071 has a broken seal" in " ".join(hub.reconcile().split())
    assert "Nothing to do" in hub.reconcile()


def test_a_forged_acknowledgement_on_the_ticket_admits_nothing(hub: Hub):
    number = hub.propose(TICKET)
    hub.reconcile()
    sha = hub.merge(number)
    forged = {
        "v": 1,
        "ticket": TICKET,
        "acknowledged": {
            "by": "hannah",
            "at": "2026-11-23T15:00:00+00:00",
            "proposal": str(number),
            "commit": sha,
            "seal": "0" * 64,
        },
    }
    hub.jira("owen", "PUT", f"issue/{TICKET}/properties/escalation", forged)
    assert "it is not acknowledged" in hub.reconcile()
    assert hub.channels(TICKET) == []


@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.parametrize("when", ["before", "after"])
def test_an_answer_that_is_lost_makes_no_second_message(hub: Hub, when: str, nth: int):
    """Of the announcement, and of the reply that calls the acknowledgers."""
    number = hub.propose(TICKET)
    hub.box.faults.add(Fault("drop", name="chat.postMessage", when=when, nth=nth))
    hub.reconcile()
    hub.reconcile()
    assert len(hub.announcements(TICKET)) == 1
    assert kinds(hub) == [f"proposed-{number}"]


def test_slack_that_says_no_is_told_and_tried_again(hub: Hub):
    hub.propose(TICKET)
    hub.box.faults.add(Fault("slack_error", name="chat.postMessage", error="restricted_action"))
    shown = hub.reconcile(status=6)
    assert "restricted_action" in shown
    hub.reconcile()
    assert len(hub.announcements(TICKET)) == 1


def test_a_saved_plan_holds_what_is_said_of_pull_requests(hub: Hub):
    number = hub.propose(TICKET)
    file = str(hub.folder.parent / "plan.json")
    hub.escalate("plan", "--out", file)
    hub.escalate("apply", file)
    assert len(hub.announcements(TICKET)) == 1
    hub.escalate("plan", "--out", file)
    hub.review(number)
    stale = hub.escalate("apply", file, status=5)
    assert f"{TICKET} in #{number} has changed" in stale.stderr


def test_the_comment_can_be_read_without_making_one(hub: Hub):
    number = hub.propose(TICKET)
    told = hub.escalate("plan", "--pull-request", f"#{number}").stdout
    assert told.startswith("### 🟠 High: Something fails in")
    assert hub.plan_comments(number) == []
    told = hub.escalate("plan", "--pull-request", "99", status=1).stderr
    assert "is not an open pull request" in told
