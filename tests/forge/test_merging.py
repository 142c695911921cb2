"""A run merges the pull requests that everybody has agreed to, and carries them out at once."""

from dataclasses import replace

import pytest
import yaml
from hub import Hub
from merging import OTHER, PUT, TICKET, begin_with, is_merged, merges, proposals, run

from reconciler.sandbox import Fault


def test_one_run_merges_and_carries_out(merging_hub: Hub):
    number = merging_hub.propose(TICKET)
    run(merging_hub)
    assert not is_merged(merging_hub, number)
    merging_hub.review(number)
    told = run(merging_hub)
    assert f"merged #{number}, agreed by Hannah Weiss" in told
    assert is_merged(merging_hub, number)
    assert "ESCALATION" in merging_hub.ticket(TICKET)["labels"]
    assert len(merging_hub.channels(TICKET)) == 1
    assert "Nothing to do" in run(merging_hub)


def test_by_hand_nothing_is_merged(hub: Hub):
    (number,) = proposals(hub, TICKET)
    run(hub)
    assert not is_merged(hub, number)
    assert merges(hub) == []


def test_where_each_merged_change_counts_people_merge(hub: Hub):
    """Nobody's word is needed there, so a run would merge whatever it finds."""
    begin_with(hub, merge="when-agreed", rights="by-merge")
    (number,) = proposals(hub, TICKET)
    hub.begin(OTHER, assignee="nadia")
    update = {"at": "2026-11-23T15:00:00Z", "by": "nadia", "text": "The cause is found."}
    said = {"assignee": "nadia", "updates": [update]}
    other = hub.propose(OTHER, who="lena", branch="update", title="Update", **said)
    run(hub)
    assert not is_merged(hub, number)
    assert not is_merged(hub, other)


def test_where_each_merged_change_counts_no_change_is_called_agreed(hub: Hub):
    begin_with(hub, reminders={}, rights="by-merge")
    hub.begin(TICKET)
    update = {"at": "2026-11-23T15:00:00Z", "by": "dmitri", "text": "The cause is found."}
    number = hub.propose(TICKET, who="lena", branch="update", title="Update", updates=[update])
    run(hub)
    hub.pass_time(hours=5)
    run(hub)
    assert "is agreed" not in str(hub.replies(TICKET))
    (comment,) = hub.plan_comments(number)
    assert "agreed" not in comment["body"]
    head = hub.box.github.pull(number).head
    (status,) = (each for each in hub.state()["github"]["statuses"] if each["sha"] == head)
    assert status["state"] == "success"
    assert "begins no escalation" in status["description"]


def test_a_plan_says_what_a_run_would_merge(merging_hub: Hub):
    (number,) = proposals(merging_hub, TICKET)
    told = " ".join(merging_hub.escalate("plan").stdout.split())
    assert f"a run would merge #{number}, agreed by Hannah Weiss" in told
    assert not is_merged(merging_hub, number)


def test_without_record_nothing_is_merged(merging_hub: Hub):
    (number,) = proposals(merging_hub, TICKET)
    merging_hub.reconcile()
    assert not is_merged(merging_hub, number)


def test_a_draft_waits(merging_hub: Hub):
    number = merging_hub.propose(TICKET, draft=True)
    merging_hub.review(number)
    run(merging_hub)
    assert not is_merged(merging_hub, number)


def test_files_outside_of_the_escalations_are_merged_by_hand(merging_hub: Hub):
    number = merging_hub.propose(TICKET)
    policy = (merging_hub.folder / "config/policy.yaml").read_text()
    merging_hub.push(
        "escalate/ds-1071",
        {"config/policy.yaml": f"{policy}\n# And more.\n", "README.md": "More."},
        base="escalate/ds-1071",
    )
    merging_hub.review(number)
    told = run(merging_hub)
    assert f"#{number} is agreed and not merged: it also changes README.md, config/policy" in told
    assert not is_merged(merging_hub, number)
    (comment,) = merging_hub.plan_comments(number)
    assert "**Agreed and not merged:** it also changes README.md" in comment["body"]


def test_an_error_in_the_files_keeps_it_open(merging_hub: Hub):
    number = merging_hub.propose(TICKET, contact="nobody-knows-them")
    merging_hub.review(number)
    told = run(merging_hub)
    assert f"#{number} is agreed and not merged: the check finds an error" in told
    assert not is_merged(merging_hub, number)


def test_limits_are_judged_again_after_each_merge(merging_hub: Hub):
    """Both are within the limit of the day, and together they are not."""
    policy = yaml.safe_load((merging_hub.folder / "config/policy.yaml").read_text())
    policy["desks"]["DS"]["limits"] = {"per_day": 1}
    begin_with(merging_hub, desks=policy["desks"])
    first, second = proposals(merging_hub, TICKET, OTHER)
    told = run(merging_hub)
    assert is_merged(merging_hub, first)
    assert not is_merged(merging_hub, second)
    assert f"#{second} is agreed and not merged: a limit holds it" in told


def test_the_cap_bounds_a_run(merging_hub: Hub):
    first, second = proposals(merging_hub, TICKET, OTHER)
    told = run(merging_hub, "--cap", "merges=1")
    assert (is_merged(merging_hub, first), is_merged(merging_hub, second)) == (True, False)
    assert "`safety.merges`, is used up" in told
    run(merging_hub)
    assert is_merged(merging_hub, second)


def test_a_head_that_moves_in_between_is_not_merged(merging_hub: Hub):
    """GitHub refuses, because the request names the head that was judged."""
    (number,) = proposals(merging_hub, TICKET)
    merging_hub.box.faults.add(Fault("status", service="github", name=PUT, status=409))
    told = run(merging_hub)
    assert f"#{number} is agreed and not merged: its branch has changed" in told
    assert merges(merging_hub) == [(number, merging_hub.box.github.pull(number).head)]
    run(merging_hub)
    assert is_merged(merging_hub, number)


LOST = {
    "lost": Fault("drop", service="github", name=PUT, when="after"),
    "an error after it took effect": Fault(
        "status", service="github", name=PUT, when="after", status=502
    ),
    "cut off": Fault("garbage", service="github", name=PUT, when="after", body="truncated"),
    "delivered twice": Fault("twice", service="github", name=PUT),
}


@pytest.mark.sampled(2)
@pytest.mark.parametrize("what", LOST)
def test_a_lost_answer_is_read_back_and_not_sent_again(merging_hub: Hub, what: str):
    (number,) = proposals(merging_hub, TICKET)
    merging_hub.box.faults.add(replace(LOST[what]))
    assert f"merged #{number}, agreed by" in run(merging_hub)
    assert is_merged(merging_hub, number)
    assert len(merges(merging_hub)) == 1
    assert "ESCALATION" in merging_hub.ticket(TICKET)["labels"]


def test_a_request_that_did_not_arrive_waits_for_the_next_run(merging_hub: Hub):
    (number,) = proposals(merging_hub, TICKET)
    merging_hub.box.faults.add(Fault("drop", service="github", name=PUT))
    told = run(merging_hub, status=6)
    assert f"#{number} is agreed and can't be merged" in told
    assert not is_merged(merging_hub, number)
    run(merging_hub)
    assert is_merged(merging_hub, number)
