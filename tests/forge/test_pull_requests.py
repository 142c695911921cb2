"""Proposals on their way: drafts, several at once, changed, declined, dropped, proposed again."""

import pytest
import yaml
from company import escalation, resolution
from hub import Hub

pytestmark = pytest.mark.usefixtures("screens")

ONE, TWO = "DS-1071", "DS-1072"


def said(hub: Hub, ticket: str = ONE) -> str:
    (message,) = hub.announcements(ticket)
    return str(message["text"])


def replies(hub: Hub, ticket: str = ONE) -> list[str]:
    return [each["metadata"]["event_payload"]["kind"] for each in hub.replies(ticket)]


def test_a_draft_is_told_once_it_is_ready(hub: Hub):
    number = hub.propose(ONE, draft=True)
    hub.reconcile()
    assert hub.announcements(ONE) == []
    (comment,) = hub.plan_comments(number)
    assert "**Draft.**" in comment["body"]
    hub.box.github.ready(number)
    hub.reconcile()
    assert "proposed in" in said(hub)
    hub.box.github.draft(number)
    hub.reconcile()
    assert "put aside" in said(hub)
    hub.box.github.ready(number)
    hub.reconcile()
    assert "proposed in" in said(hub)
    assert replies(hub) == [f"proposed-{number}"]


def test_several_in_one_pull_request(hub: Hub):
    files = {
        f"escalations/2026/{ONE}.yaml": escalation(ONE),
        f"escalations/2026/{TWO}.yaml": escalation(TWO, assignee="nadia"),
        "escalations/2026/PLAT-310.yaml": escalation("PLAT-310", assignee="yusuf"),
    }
    hub.push("escalate/both", files)
    number = hub.open("escalate/both", "Two at once")
    hub.reconcile(status=None)
    assert "proposed in" in said(hub, ONE)
    assert "proposed in" in said(hub, TWO)
    (comment,) = hub.plan_comments(number)
    for words in (f"({ONE})", f"({TWO})", "left at DS: 3 of 3 today", "left at PLAT"):
        assert words in comment["body"]


def test_a_changed_pull_request_edits_its_message(hub: Hub):
    hub.propose(ONE)
    hub.reconcile()
    changed = escalation(ONE, reason="It is worse than we thought.")
    hub.push("escalate/ds-1071", {f"escalations/2026/{ONE}.yaml": changed}, force=True)
    hub.reconcile()
    assert "It is worse than we thought." in said(hub)
    assert replies(hub) == ["proposed-1"], "nobody is called again"


def test_declined(hub: Hub):
    number = hub.propose(ONE)
    hub.reconcile()
    hub.close(number)
    hub.reconcile()
    assert f"declined: <https://github.example/ledgerline/escalations/pull/{number}|#1>" in said(
        hub
    )
    assert replies(hub) == ["proposed-1", "declined-1"]
    hub.box.clear_calls()
    assert "Nothing to do" in hub.reconcile()
    assert [each.name for each in hub.box.calls if each.service == "github"] == [
        "GET /repos/{owner}/{repo}/pulls"
    ], "what was told as declined is not asked about again"


def test_declined_and_proposed_again_in_another_one(hub: Hub):
    hub.close(hub.propose(ONE))
    number = hub.propose(ONE, branch="escalate/again")
    hub.reconcile()
    hub.close(number)
    hub.reconcile()
    third = hub.propose(ONE, branch="escalate/third", reason="Third time lucky.")
    hub.reconcile()
    assert f"|#{third}>" in said(hub)
    assert replies(hub) == [f"proposed-{number}", f"declined-{number}", f"proposed-{third}"]


def test_reopened_after_it_was_declined(hub: Hub):
    number = hub.propose(ONE)
    hub.reconcile()
    hub.close(number)
    hub.reconcile()
    hub.call("priya", "PATCH", f"pulls/{number}", {"state": "open"})
    hub.reconcile()
    assert "proposed in" in said(hub)


def test_dropped_from_a_pull_request_that_goes_on(hub: Hub):
    files = {
        f"escalations/2026/{each}.yaml": escalation(each, assignee=None) for each in (ONE, TWO)
    }
    hub.push("escalate/both", files)
    hub.open("escalate/both", "Two at once")
    hub.reconcile()
    hub.push(
        "escalate/both",
        {f"escalations/2026/{TWO}.yaml": files[f"escalations/2026/{TWO}.yaml"]},
        force=True,
    )
    hub.reconcile()
    assert "no longer proposes it" in said(hub, ONE)
    assert "proposed in" in said(hub, TWO)


def test_two_pull_requests_for_one_ticket(hub: Hub):
    first = hub.propose(ONE)
    second = hub.propose(ONE, who="tomas", initiator="tomas", branch="escalate/mine")
    hub.reconcile()
    assert f"|#{first}>" in said(hub)
    (comment,) = hub.plan_comments(second)
    assert "only one of the two can be merged" in comment["body"]
    hub.close(first)
    hub.reconcile()
    assert f"|#{second}>" in said(hub)
    assert replies(hub) == [f"proposed-{first}", f"proposed-{second}"]


def test_merged_and_withdrawn_before_any_run_saw_it(hub: Hub):
    number = hub.propose(ONE)
    hub.reconcile()
    hub.review(number)
    hub.merge(number)
    withdrawn = {"by": "priya", "reason": "It was our own mistake."}
    hub.push("withdraw", {f"escalations/2026/{ONE}.yaml": escalation(ONE, withdrawn=withdrawn)})
    hub.merge(hub.open("withdraw", "Withdraw"))
    hub.reconcile()
    assert "*Status:* withdrawn" in said(hub)
    assert "Nothing to do" in hub.reconcile()


def test_reopening_is_proposed_with_a_message_of_its_own(hub: Hub):
    number = hub.propose(ONE)
    hub.review(number)
    hub.merge(number)
    hub.reconcile()
    hub.pass_time(hours=3)
    ended = escalation(ONE, resolution=resolution())
    hub.push("resolve/ds-1071", {f"escalations/2026/{ONE}.yaml": ended}, who="dmitri")
    hub.merge(hub.open("resolve/ds-1071", "Resolve", who="dmitri"))
    hub.reconcile()
    hub.pass_time(days=2)
    episode = {key: ended[key] for key in ("impact", "reason", "initiator", "contact", "assignee")}
    again = {**ended, "episodes": [episode]}
    hub.push("escalate/ds-1071-again", {f"escalations/2026/{ONE}.yaml": again})
    second = hub.open("escalate/ds-1071-again", "It has come back")
    hub.reconcile()
    old, new = hub.announcements(ONE)
    assert "*Status:* resolved" in old["text"]
    assert f"|#{second}>" in new["text"]
    hub.review(second)
    hub.merge(second)
    hub.reconcile()
    _, new = hub.announcements(ONE)
    assert "Dmitri Sokolov is on it" in new["text"]


def test_what_would_be_held_says_so(hub: Hub):
    for ticket, person in (("DS-1072", "nadia"), ("DS-1073", "felix"), ("DS-1074", "mei")):
        number = hub.propose(ticket, assignee=person)
        hub.review(number)
        hub.merge(number)
    number = hub.propose(ONE)
    hub.reconcile()
    assert "It would be held, because DS has taken 3 of 3 escalations today" in said(hub)
    (comment,) = hub.plan_comments(number)
    assert "Capacity left at DS: 0 of 3 today, 2 of 5 active" in comment["body"]
    assert "A limit holds it:" in comment["body"]


def test_findings_are_counted_and_explained(hub: Hub):
    number = hub.propose(ONE, contact="ravi")
    hub.reconcile()
    assert "1 finding to correct before it can be merged" in said(hub)
    (comment,) = hub.plan_comments(number)
    assert "ravi is not client-facing" in comment["body"]


def test_who_may_not_escalate_calls_nobody(hub: Hub):
    """Lena is no manager, and may not act for Priya."""
    shown = {"lena": "1 finding to fix", "priya": "**Needs the word** of Priya Raman"}
    for ticket, initiator in ((ONE, "lena"), (TWO, "priya")):
        number = hub.propose(ticket, who="lena", initiator=initiator)
        hub.reconcile()
        assert hub.announcements(ticket) == []
        (comment,) = hub.plan_comments(number)
        assert shown[initiator] in comment["body"]
    hub.review(number, "priya")
    hub.reconcile()
    assert len(hub.announcements(TWO)) == 1, "she agrees that it is in her name"


def test_other_limits_are_replayed(hub: Hub):
    hub.push("main", {f"escalations/2026/{ONE}.yaml": escalation(ONE)})
    text = (hub.folder / "config/policy.yaml").read_text()
    policy = yaml.safe_load(text)
    policy["desks"]["DS"]["limits"] = {"per_day": 1, "active": 7}
    hub.push("change", {"config/policy.yaml": yaml.safe_dump(policy)}, who="hannah")
    number = hub.open("change", "Accept more at a time", who="hannah")
    hub.reconcile(status=None)
    (comment,) = hub.plan_comments(number)
    assert "#### Under these limits" in comment["body"]
    assert "- DS: 1 per day (in force: 3), 7 active (in force: 5)" in comment["body"]
    assert "PLAT" not in comment["body"].partition("#### Under these limits")[2]
    hub.push("same", {"config/policy.yaml": text + "# more\n"}, who="hannah")
    number = hub.open("same", "Change nothing", who="hannah")
    hub.reconcile(status=None)
    (comment,) = hub.plan_comments(number)
    assert "Under these limits" not in comment["body"]


def test_a_delegate_may(hub: Hub):
    hub.set_policy(delegates=["lena"])
    hub.configure()
    hub.propose(ONE, who="lena")
    hub.reconcile()
    assert "proposed in" in said(hub)


def test_a_ticket_that_jira_does_not_show(hub: Hub):
    number = hub.propose("DS-99999")
    assert "which Jira does not show" in " ".join(hub.reconcile(status=6).split())
    assert hub.announcements("DS-99999") == []
    (comment,) = hub.plan_comments(number)
    assert "Jira shows no ticket DS-99999" in comment["body"]


def test_only_the_chosen_desk(hub: Hub):
    hub.propose(ONE)
    hub.propose("PLAT-310", assignee="yusuf", branch="escalate/plat")
    shown = hub.reconcile("--desk", "PLAT", status=None)
    assert "PLAT-310" in shown
    assert hub.announcements(ONE) == []
    assert hub.plan_comments(1) == []
    assert len(hub.plan_comments(2)) == 1
    hub.reconcile("--desk", "DS")
    assert len(hub.announcements(ONE)) == 1
    assert len(hub.plan_comments(1)) == 1


def test_the_status_lists_pull_requests(hub: Hub):
    hub.propose(ONE)
    shown = hub.escalate("status").stdout
    assert "proposed in #1" in shown


@pytest.mark.parametrize("kind", ["policy", "roster"])
def test_a_change_of_who_may_do_what_is_planned_by_what_holds(hub: Hub, kind: str):
    path = f"config/{kind}.yaml"
    text = (hub.folder / path).read_text()
    hub.push("change", {path: text + "# more\n"}, who="hannah")
    number = hub.open("change", "Change who may do what", who="hannah")
    hub.reconcile()
    (comment,) = hub.plan_comments(number)
    assert "This pull request changes the policy or the roster" in comment["body"]
