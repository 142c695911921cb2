"""Pull requests that change one file: their fields are merged, and what contradicts is told."""

from typing import Any

import yaml
from company import escalation
from hub import Hub, login_of
from merging import TICKET, is_merged, merges, run

from reconciler.sandbox.github_state import Status

FILE = f"escalations/2026/{TICKET}.yaml"
FIRST = {"at": "2026-11-23T10:10:00-05:00", "by": "dmitri", "text": "Two hosts are slow."}
SECOND = {"at": "2026-11-23T10:20:00-05:00", "by": "dmitri", "text": "It is the new release."}


def begun(hub: Hub) -> None:
    hub.begin(TICKET)
    hub.pass_time(minutes=30)


def change(hub: Hub, branch: str, who: str = "dmitri", **changes: Any) -> int:
    """An open pull request of somebody who changes the file as it was when they began."""
    hub.push(branch, {FILE: escalation(TICKET, **changes)}, who=who)
    return hub.open(branch, branch.capitalize(), who=who)


def on_main(hub: Hub) -> dict[str, Any]:
    hub.pull_main()
    return dict(yaml.safe_load((hub.folder / FILE).read_text()))


def rule(hub: Hub, kind: str, **parameters: Any) -> None:
    hub.box.world.github.rules.append({"type": kind, "branch": "main", "parameters": parameters})


def require(hub: Hub, *contexts: str, strict: bool = False) -> None:
    rule(
        hub,
        "required_status_checks",
        required_status_checks=[{"context": each} for each in contexts],
        strict_required_status_checks_policy=strict,
    )


def checked(hub: Hub, number: int) -> None:
    """The workflow `check` has ended well."""
    head = hub.box.github.pull(number).head
    hub.call("priya", "POST", f"statuses/{head}", {"context": "check", "state": "success"}, 201)


def statuses(hub: Hub, number: int) -> dict[str, str]:
    """The statuses of the head, by context."""
    head = hub.box.github.pull(number).head
    every: list[Status] = hub.box.world.github.statuses
    return {each.context: each.state for each in every if each.sha == head}


def test_an_update_of_the_assignee_needs_nobody_else(merging_hub: Hub):
    begun(merging_hub)
    number = change(merging_hub, "news", updates=[FIRST])
    assert f"merged #{number}, agreed by Dmitri Sokolov" in run(merging_hub)
    assert "Two hosts are slow." in str(merging_hub.named("ds-1071-something-fails-in-ds-1071"))


def test_two_updates_at_once_both_arrive(merging_hub: Hub):
    begun(merging_hub)
    first = change(merging_hub, "first", updates=[FIRST])
    second = change(merging_hub, "second", updates=[SECOND])
    approved = merging_hub.box.github.pull(second).head
    told = run(merging_hub)
    assert f"merged #{first}, agreed by Dmitri Sokolov" in told
    assert f"merged #{second}, agreed by Dmitri Sokolov" in told
    assert [each["text"] for each in on_main(merging_hub)["updates"]] == [
        FIRST["text"],
        SECOND["text"],
    ]
    head = merging_hub.box.github.pull(second).head
    parents = merging_hub.box.world.bare.describe(head).parents
    assert parents[0] == approved, "the merge commit is on top of what was proposed"
    assert merges(merging_hub)[-1] == (second, head)


def test_a_pushed_head_gets_the_statuses_that_the_rules_require(merging_hub: Hub):
    """No workflow starts for a push by a token of Actions."""
    begun(merging_hub)
    require(merging_hub, "check", "escalations/ack")
    first = change(merging_hub, "first", updates=[FIRST])
    second = change(merging_hub, "second", updates=[SECOND])
    checked(merging_hub, first)
    checked(merging_hub, second)
    run(merging_hub)
    assert is_merged(merging_hub, first)
    assert is_merged(merging_hub, second)
    assert statuses(merging_hub, second) == {"check": "success", "escalations/ack": "success"}


def test_a_status_that_is_not_there_keeps_it_open(merging_hub: Hub):
    begun(merging_hub)
    require(merging_hub, "check")
    number = change(merging_hub, "news", updates=[FIRST])
    told = run(merging_hub)
    assert f"#{number} is agreed and not merged: GitHub answers: Repository" in told
    assert 'Required status check "check" is expected' in told
    before = len(merges(merging_hub))
    told = run(merging_hub)
    assert f"#{number} is agreed and not merged: the rules of main do not allow it" in told
    assert len(merges(merging_hub)) == before, "GitHub is not asked in vain again"
    checked(merging_hub, number)
    run(merging_hub)
    assert is_merged(merging_hub, number)


def test_a_branch_that_has_to_be_up_to_date_is_brought_up_to_date(merging_hub: Hub):
    begun(merging_hub)
    require(merging_hub, "check", strict=True)
    number = change(merging_hub, "news", updates=[FIRST])
    merging_hub.push("main", {"README.md": "More."}, who="hannah")
    checked(merging_hub, number)
    run(merging_hub)
    run(merging_hub)
    assert is_merged(merging_hub, number)


def test_two_values_of_one_field_contradict(merging_hub: Hub):
    begun(merging_hub)
    first = change(merging_hub, "first", assessment="It is the cache.")
    second = change(merging_hub, "second", assessment="It is the new release.")
    told = run(merging_hub)
    assert is_merged(merging_hub, first)
    assert not is_merged(merging_hub, second)
    why = f"{FILE}: main has another value of assessment now"
    assert f"#{second} is agreed and not merged: {why}" in told
    assert on_main(merging_hub)["assessment"] == "It is the cache."


def test_a_contradiction_is_told_whatever_else_main_has_changed(merging_hub: Hub):
    """It takes nothing of that back, so it needs no one's word for it."""
    begun(merging_hub)
    change(merging_hub, "news", updates=[FIRST])
    change(merging_hub, "first", assessment="It is the cache.")
    number = change(merging_hub, "second", assessment="It is the new release.")
    run(merging_hub)
    told = run(merging_hub)
    why = f"{FILE}: main has another value of assessment now"
    assert f"#{number} is agreed and not merged: {why}" in told


def test_the_branch_of_a_fork_is_not_pushed_to(merging_hub: Hub):
    begun(merging_hub)
    first = change(merging_hub, "first", updates=[FIRST])
    changed = escalation(TICKET, assessment="It is the new release.")
    commit = merging_hub.push("other", {FILE: changed}, who="owen")
    with merging_hub.box.lock:
        second = merging_hub.box.github.from_fork(login_of("owen"), "other", "Other", commit)
    merging_hub.review(second)
    told = run(merging_hub)
    assert is_merged(merging_hub, first)
    assert not is_merged(merging_hub, second)
    why = "main has changed the same file, and its branch is in a fork"
    assert f"#{second} is agreed and not merged: {why}" in told
    assert merging_hub.box.github.pull(second).head == commit


def test_a_pull_request_of_a_fork_is_merged_where_no_push_is_needed(merging_hub: Hub):
    begun(merging_hub)
    changed = escalation(TICKET, assessment="It is the new release.")
    commit = merging_hub.push("other", {FILE: changed}, who="owen")
    with merging_hub.box.lock:
        number = merging_hub.box.github.from_fork(login_of("owen"), "other", "Other", commit)
    merging_hub.review(number)
    run(merging_hub)
    assert is_merged(merging_hub, number)


def test_a_word_that_is_needed_by_then_is_asked_for(merging_hub: Hub):
    """The first one takes the assignment away from whom the second one speaks for."""
    begun(merging_hub)
    first = change(merging_hub, "first", who="hannah", assignee="nadia")
    second = change(merging_hub, "second", assessment="It is the cache.")
    told = run(merging_hub)
    assert is_merged(merging_hub, first)
    assert not is_merged(merging_hub, second), told
    assert f"#{second} is agreed and not merged: main has changed since" in told
    assert "assessment" not in on_main(merging_hub)
