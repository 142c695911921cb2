"""Whose approval acknowledges, and whose does not; before the merge and after it."""

import pytest
from company import escalation
from hub import Hub

from reconciler.sandbox import Fault

pytestmark = pytest.mark.usefixtures("screens")

TICKET = "DS-1071"
FILE = f"escalations/2026/{TICKET}.yaml"


def merged_and_held(hub: Hub, number: int, why: str, status: int | None = 0) -> None:
    """Merge, reconcile, and expect that nothing happens but being told why."""
    before = hub.ticket(TICKET)
    hub.merge(number)
    shown = hub.reconcile(status=status)
    assert "it is not acknowledged" in shown
    (message,) = hub.announcements(TICKET)
    assert "held, because it is not acknowledged" in message["text"]
    assert why in message["text"]
    after = hub.ticket(TICKET)
    assert (after["labels"], after["priority"]) == (before["labels"], before["priority"])
    assert hub.channels(TICKET) == []


def test_nobody(hub: Hub):
    merged_and_held(hub, hub.propose(TICKET), "has not approved #1 yet")


def test_the_author(hub: Hub):
    """Hannah may acknowledge, and escalates herself; GitHub itself refuses her approval."""
    number = hub.propose(TICKET, who="hannah", initiator="hannah")
    hub.call("hannah", "POST", f"pulls/{number}/reviews", {"event": "APPROVE"}, status=422)
    hub.review(number, "hannah", event="COMMENT")
    merged_and_held(hub, number, "Inês Carvalho or Marcus Bell has not approved #1 yet")


def test_the_initiator_of_what_somebody_else_opened(hub: Hub):
    """Priya opens the pull request, in Hannah's name; Hannah is an acknowledger and approves."""
    number = hub.propose(TICKET, initiator="hannah")
    hub.review(number)
    why = "hannah-weiss escalates in #1 and can't acknowledge it"
    hub.reconcile()
    assert "Hannah Weiss escalates in" in hub.plan_comments(number)[0]["body"]
    assert f"pending  {why}" in hub.escalate("acknowledge", "--all").stdout
    merged_and_held(hub, number, why)


def test_somebody_who_is_not_on_the_base_roster(hub: Hub):
    """The pull request itself puts Owen among the acknowledgers."""
    policy = (hub.folder / "config/policy.yaml").read_text()
    roster = (hub.folder / "config/roster.yaml").read_text()
    more = policy.replace("- hannah\n    - ines", "- hannah\n    - owen\n    - ines")
    assert more != policy
    number = hub.propose(TICKET)
    hub.push(
        "escalate/ds-1071",
        {"config/policy.yaml": more, "config/roster.yaml": roster + "\n"},
        base="escalate/ds-1071",
    )
    hub.review(number, "owen")
    why = "owen-brooks approved #1 and is not among the acknowledgers"
    merged_and_held(hub, number, why, status=6)  # and the policy that was merged is wrong


def test_an_approval_of_other_content(hub: Hub):
    number = hub.propose(TICKET)
    hub.review(number)
    changed = escalation(TICKET, reason="Because I say so, whatever you approved.")
    hub.push("escalate/ds-1071", {FILE: changed}, base="escalate/ds-1071")
    merged_and_held(hub, number, "hannah-weiss approved an older version of #1")


def test_an_approval_of_an_older_head_with_the_same_content(hub: Hub):
    number = hub.propose(TICKET)
    hub.review(number)
    hub.push("escalate/ds-1071", {"README.md": "More."}, base="escalate/ds-1071")
    hub.merge(number)
    hub.reconcile()
    assert len(hub.channels(TICKET)) == 1


def test_a_dismissed_approval(hub: Hub):
    number = hub.propose(TICKET)
    review = hub.review(number)
    path = f"pulls/{number}/reviews/{review['id']}/dismissals"
    hub.call("ines", "PUT", path, {"message": "Not yet."})
    merged_and_held(hub, number, "the approval of #1 by hannah-weiss was dismissed")


def test_a_bot(hub: Hub):
    number = hub.propose(TICKET)
    hub.call("helper[bot]", "POST", f"pulls/{number}/reviews", {"event": "APPROVE"})
    merged_and_held(hub, number, "approved #1 and is not among the acknowledgers")


def test_a_bot_with_the_login_of_an_acknowledger(hub: Hub):
    hub.box.world.github.users["hannah-weiss"].type = "Bot"
    number = hub.propose(TICKET)
    hub.review(number)
    merged_and_held(hub, number, "approved #1 and is not among the acknowledgers")


def test_a_login_that_has_changed_hands(hub: Hub):
    hub.edit_roster("hannah", github_id=77)
    text = (hub.folder / "config/roster.yaml").read_text()
    hub.push("numbers", {"config/roster.yaml": text})
    number = hub.open("numbers", "Numbers")
    hub.review(number, "ines")
    hub.merge(number)
    hub.pull_main()
    number = hub.propose(TICKET)
    hub.review(number)
    merged_and_held(hub, number, "approved #2 and is not among the acknowledgers")


def test_changes_requested_after_an_approval(hub: Hub):
    number = hub.propose(TICKET)
    hub.review(number)
    hub.pass_time(minutes=1)
    hub.review(number, event="REQUEST_CHANGES", body="No.")
    merged_and_held(hub, number, "hannah-weiss asks for changes in #1")


def test_a_comment_takes_no_approval_back(hub: Hub):
    number = hub.propose(TICKET)
    hub.review(number)
    hub.pass_time(minutes=1)
    hub.review(number, event="COMMENT", body="Thanks.")
    hub.merge(number)
    hub.reconcile()
    assert len(hub.channels(TICKET)) == 1


def test_a_push_to_main_without_a_pull_request(hub: Hub):
    hub.push("main", {f"escalations/2026/{TICKET}.yaml": hub.write(TICKET).read_text()})
    hub.git("checkout", "--quiet", "--", ".")
    shown = hub.reconcile()
    assert "came without a pull request" in " ".join(shown.split())
    assert hub.channels(TICKET) == []


def test_a_push_to_main_is_repaired_by_adding_the_file_again_with_a_pull_request(hub: Hub):
    path = f"escalations/2026/{TICKET}.yaml"
    text = hub.write(TICKET).read_text()
    hub.push("main", {path: text})
    hub.git("checkout", "--quiet", "--", ".")
    hub.reconcile()
    hub.push("main", {path: None})
    hub.reconcile()
    hub.pass_time(minutes=5)
    hub.push("escalate/again", {path: text})
    number = hub.open("escalate/again", f"Escalate {TICKET}")
    hub.review(number)
    hub.merge(number)
    hub.reconcile()
    assert len(hub.channels(TICKET)) == 1


def test_a_subject_that_names_somebody_elses_pull_request(hub: Hub):
    """The hint in a subject is anybody's word."""
    other = hub.propose("DS-1072")
    hub.review(other)
    hub.merge(other)
    hub.pull_main()
    hub.write(TICKET, assignee="nadia")
    hub.commit(f"Escalate {TICKET} (#{other})")
    hub.git("push", "--quiet", "origin", "HEAD:main")
    assert "came without a pull request" in " ".join(hub.reconcile().split())
    assert hub.channels(TICKET) == []
    assert len(hub.channels("DS-1072")) == 1


def test_a_merge_that_brings_something_else_than_what_was_approved(hub: Hub):
    """Made by hand and pushed: GitHub calls the pull request merged all the same."""
    number = hub.propose(TICKET)
    hub.review(number)
    hub.reconcile()
    hub.git("fetch", "--quiet", "origin", "escalate/ds-1071")
    hub.git("merge", "--quiet", "--no-ff", "--no-commit", "FETCH_HEAD")
    hub.write(TICKET, reason="Because I say so, whatever you approved.")
    hub.commit(f"Merge pull request #{number} from ledgerline/escalate/ds-1071")
    hub.git("push", "--quiet", "origin", "HEAD:main")
    shown = " ".join(hub.reconcile().split())
    assert "the word of Priya Raman is missing" in shown
    assert hub.channels(TICKET) == []


@pytest.mark.parametrize("method", ["squash", "merge"])
def test_a_late_approval_admits(hub: Hub, method: str):
    number = hub.propose(TICKET)
    hub.merge(number, method=method)
    hub.reconcile()
    assert hub.channels(TICKET) == []
    hub.pass_time(hours=2)
    hub.review(number)
    hub.reconcile("--record")
    assert len(hub.channels(TICKET)) == 1


def test_once_admitted_a_dismissal_after_the_merge_changes_nothing(hub: Hub):
    number = hub.propose(TICKET)
    review = hub.review(number)
    hub.merge(number)
    hub.reconcile()
    path = f"pulls/{number}/reviews/{review['id']}/dismissals"
    hub.call("priya", "PUT", path, {"message": "Never."})
    assert "Nothing to do" in hub.reconcile()
    assert "ESCALATION" in hub.ticket(TICKET)["labels"]


def test_a_forge_that_does_not_answer_holds_up_nothing_else(hub: Hub):
    first = hub.propose("DS-1072", assignee="nadia")
    hub.review(first)
    hub.merge(first)
    hub.reconcile()
    number = hub.propose(TICKET)
    hub.review(number)
    hub.merge(number)
    hub.jira("owen", "PUT", "issue/DS-1072", {"update": {"labels": [{"remove": "ESCALATION"}]}})
    hub.box.faults.add(Fault("status", service="github", times=None))
    shown = hub.reconcile(status=6)
    hub.box.faults.clear()
    assert "HTTP 500" in shown
    assert "ESCALATION" in hub.ticket("DS-1072")["labels"], "what was verified goes on"
    assert hub.channels(TICKET) == [], "what can't be verified waits, and is not called held"
    assert hub.announcements(TICKET) == []
    hub.reconcile()
    assert len(hub.channels(TICKET)) == 1
