"""What keeps a pull request from being merged in the sandbox, as GitHub documents it."""

from typing import Any

import pytest
from hub import Hub

TICKET = "DS-1071"
OWNERS = ".github/CODEOWNERS"


def rule(hub: Hub, kind: str, **parameters: Any) -> None:
    hub.box.world.github.rules.append({"type": kind, "branch": "main", "parameters": parameters})


def refused(hub: Hub, number: int, status: int = 405, **body: Any) -> str:
    answer = hub.call("priya", "PUT", f"pulls/{number}/merge", body, status)
    return str(answer["message"])


def state(hub: Hub, number: int) -> str:
    """What GitHub says of it, once it has tried the merge out."""
    hub.call("priya", "GET", f"pulls/{number}")
    return str(hub.call("priya", "GET", f"pulls/{number}")["mergeable_state"])


def set_status(hub: Hub, number: int, state: str) -> None:
    head = hub.box.github.pull(number).head
    hub.call("priya", "POST", f"statuses/{head}", {"context": "check", "state": state}, 201)


def test_an_approval_by_someone_who_may_write(hub: Hub):
    rule(hub, "pull_request", required_approving_review_count=1)
    number = hub.propose(TICKET)
    assert state(hub, number) == "blocked"
    assert "At least 1 approving review is required" in refused(hub, number)
    hub.review(number)
    hub.review(number, event="REQUEST_CHANGES", body="No.")
    assert "Changes were requested by hannah-weiss" in refused(hub, number)
    hub.review(number)
    assert state(hub, number) == "clean"
    hub.merge(number)


def test_no_approval_is_required_where_the_count_is_0(hub: Hub):
    rule(hub, "pull_request", required_approving_review_count=0, require_code_owner_review=True)
    hub.merge(hub.propose(TICKET))


def test_an_owner_of_each_owned_path(hub: Hub):
    """The last line that matches a path counts, and one without names takes the owners away."""
    hub.push("main", {OWNERS: "*  @hannah-weiss @ines-carvalho\n/escalations/\n"}, who="hannah")
    rule(hub, "pull_request", required_approving_review_count=0, require_code_owner_review=True)
    hub.merge(hub.propose(TICKET))
    number = hub.propose("DS-1072")
    hub.push("escalate/ds-1072", {"README.md": "More."}, base="escalate/ds-1072")
    hub.review(number, "owen")
    message = refused(hub, number)
    assert "Waiting on code owner review from hannah-weiss, ines-carvalho" in message
    hub.review(number, "hannah")
    hub.merge(number)


def test_the_last_push_is_approved(hub: Hub):
    rule(hub, "pull_request", require_last_push_approval=True)
    number = hub.propose(TICKET)
    hub.review(number)
    hub.push("escalate/ds-1071", {"README.md": "More."}, base="escalate/ds-1071")
    assert "New changes require approval" in refused(hub, number)
    hub.review(number)
    hub.merge(number)


@pytest.mark.parametrize(
    ("there", "word"), [("", "expected"), ("pending", "pending"), ("failure", "failing")]
)
def test_a_required_status(hub: Hub, there: str, word: str):
    rule(hub, "required_status_checks", required_status_checks=[{"context": "check"}])
    number = hub.propose(TICKET)
    if there:
        set_status(hub, number, there)
    assert f'Required status check "check" is {word}' in refused(hub, number)
    set_status(hub, number, "success")
    hub.merge(number)


def test_a_branch_that_is_behind(hub: Hub):
    rule(hub, "required_status_checks", strict_required_status_checks_policy=True)
    number = hub.propose(TICKET)
    hub.push("main", {"README.md": "More."}, who="hannah")
    assert state(hub, number) == "behind"
    assert "not up to date" in refused(hub, number)


def test_ways_to_merge_that_are_switched_off(hub: Hub):
    hub.box.world.github.switches["allow_merge_commit"] = False
    rule(hub, "pull_request", allowed_merge_methods=["squash", "merge"])
    number = hub.propose(TICKET)
    assert refused(hub, number).startswith("Merge commits are not allowed")
    assert refused(hub, number, merge_method="rebase").startswith("Rebase merges are not allowed")
    hub.merge(number, method="squash")


def test_a_head_that_has_moved(hub: Hub):
    number = hub.propose(TICKET)
    assert "Head branch was modified" in refused(hub, number, 409, sha="a" * 40)
