"""Runs that merge: one that dies, two at once, and what is left on the audit branch."""

import json
import subprocess
from typing import Any

import pytest
import yaml
from hub import Hub
from merging import OTHER, PUT, TICKET, begin_with, is_merged, merges, proposals, run
from runs import running

from reconciler.sandbox import Fault

OPTIONS = ("--comment", "--statuses", "--record")
POST = "chat.postMessage"


def clone_of(hub: Hub) -> Any:
    folder = hub.folder.parent / "clone"
    hub.git("clone", "--quiet", str(hub.box.github.remote), str(folder), folder=hub.folder.parent)
    return folder


def records(hub: Hub, ticket: str = TICKET) -> list[dict[str, Any]]:
    """The lines of a ticket on the branch audit; none if it has no file there."""
    show = ["git", "show", f"refs/heads/audit:audit/2026/{ticket}.jsonl"]
    done = subprocess.run(show, cwd=hub.box.github.remote, check=False, capture_output=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("call", [PUT, POST])
def test_a_run_that_dies_after_the_merge(merging_hub: Hub, call: str):
    """The next one carries out what is on main, whoever merged it."""
    (number,) = proposals(merging_hub, TICKET)
    merging_hub.reconcile()  # announced and acknowledged, so that what follows is new
    merging_hub.pull_main()
    fault = merging_hub.box.faults.add(Fault("hang", name=call, when="after", seconds=60))
    with running(merging_hub, *OPTIONS, run="1/1") as dying:
        assert fault.hit.wait(30)
        dying.kill()
    merging_hub.box.faults.clear()
    assert is_merged(merging_hub, number)
    run(merging_hub)
    assert "ESCALATION" in merging_hub.ticket(TICKET)["labels"]
    assert len(merging_hub.channels(TICKET)) == 1
    assert len(merges(merging_hub)) == 1
    assert "Nothing to do" in run(merging_hub)
    merging_hub.escalate("history", "--verify", now=False)
    (merged,) = [each for each in records(merging_hub) if each.get("facet") == "forge.merge"]
    assert merged["after"] == f"merged #{number}, agreed by hannah"
    assert merged["commit"] == merging_hub.box.github.pull(number).merge_commit
    assert (merged["run"], merged["result"]) == ("1/1/merge-1", "done")
    assert ("settled_by" in merged) == (call == PUT), "the run died before it recorded the merge"


def test_a_merge_that_never_took_place_is_not_recorded_as_done(merging_hub: Hub):
    """The run dies just before the merge, and people close the pull request."""
    (number,) = proposals(merging_hub, TICKET)
    merging_hub.reconcile()
    merging_hub.pull_main()
    fault = merging_hub.box.faults.add(Fault("hang", name=PUT, when="before", seconds=60))
    with running(merging_hub, *OPTIONS, run="1/1") as dying:
        assert fault.hit.wait(30)
        dying.kill()
    merging_hub.box.faults.clear()
    merging_hub.close(number)
    run(merging_hub)
    assert "forge.merge" not in [each.get("facet") for each in records(merging_hub)]
    merging_hub.escalate("history", "--verify", now=False)


def test_two_runs_at_once_merge_once_and_keep_the_limits(merging_hub: Hub):
    """Each of two is within the limit of the day, and the runs see both at the same time."""
    policy = yaml.safe_load((merging_hub.folder / "config/policy.yaml").read_text())
    policy["desks"]["DS"]["limits"] = {"per_day": 1}
    begin_with(merging_hub, desks=policy["desks"])
    first, second = proposals(merging_hub, TICKET, OTHER)
    merging_hub.pull_main()
    folder = clone_of(merging_hub)
    fault = merging_hub.box.faults.add(Fault("hang", name=PUT, when="before", seconds=3))
    with (
        running(merging_hub, *OPTIONS, run="1/1") as one,
        running(merging_hub, *OPTIONS, folder=folder, run="2/1") as other,
    ):
        assert fault.hit.wait(30)
        ended = [one.end(), other.end()]
    merging_hub.box.faults.clear()
    assert {status for status, _ in ended} == {0}, ended
    assert is_merged(merging_hub, first)
    assert not is_merged(merging_hub, second), ended
    run(merging_hub)
    assert not is_merged(merging_hub, second)
    assert [number for number, _ in merges(merging_hub)] == [first]
    assert len(merging_hub.channels(TICKET)) == 1


def test_the_audit_branch_has_each_merge(merging_hub: Hub):
    (number,) = proposals(merging_hub, TICKET)
    run(merging_hub)
    (merged,) = [each for each in records(merging_hub) if each.get("facet") == "forge.merge"]
    assert merged["after"] == f"merged #{number}, agreed by hannah"
    assert merged["commit"] == merging_hub.box.github.pull(number).merge_commit
    assert merged["result"] == "done"
    merging_hub.escalate("history", "--verify", now=False)
    assert "/merge-1)" in merging_hub.escalate("history", TICKET, now=False).stdout


def test_a_run_that_finds_nothing_agreed_asks_for_nothing_more(merging_hub: Hub):
    """One request where nothing is open, and two for a pull request that is open."""
    run(merging_hub)
    merging_hub.box.clear_calls()
    merging_hub.escalate("apply", "--record")
    assert len(asked(merging_hub)) == 1, asked(merging_hub)
    merging_hub.propose(TICKET)
    merging_hub.escalate("apply", "--record")
    merging_hub.box.clear_calls()
    merging_hub.escalate("apply", "--record")
    assert len(asked(merging_hub)) <= 3, asked(merging_hub)


def asked(hub: Hub) -> list[str]:
    return [call.name for call in hub.box.calls if "/repos/" in call.name]


def test_the_comment_on_what_a_run_merged_shows_that(merging_hub: Hub):
    """The same run edits it, with two requests, and adds none where there was none."""
    number = merging_hub.propose(TICKET, assignee=None)
    run(merging_hub)
    merging_hub.pull_main()
    merging_hub.review(number, body="/assign dmitri")
    other = merging_hub.propose(OTHER, assignee="nadia")
    merging_hub.review(other)
    merging_hub.box.clear_calls()
    run(merging_hub)
    assert is_merged(merging_hub, number)
    assert is_merged(merging_hub, other)
    (comment,) = merging_hub.plan_comments(number)
    for words in ("✅ **Merged** 2026-11-23", "agreed by Hannah Weiss, and carried out."):
        assert words in comment["body"]
    for words in ("Needs an approval", "Capacity left", "The next run", "role-owner"):
        assert words not in comment["body"]
    assert merging_hub.plan_comments(other) == []
    requests = [name for name in asked(merging_hub) if "comments" in name]
    assert sorted(each.partition(" ")[0] for each in requests) == ["GET", "GET", "PATCH"]
