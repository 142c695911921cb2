"""What GitHub's answers leave open is a failure of the call, and never "there is none"."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from strangers import Page, always

from reconciler.model.forge import PullRequest
from reconciler.services.errors import ServiceError
from reconciler.services.github.pull_requests import GitHub
from reconciler.services.github.wire import GitHubWire
from reconciler.services.retry import RetryPolicy
from reconciler.services.settings import GitHubSettings

Use = Callable[[GitHub], object]
PULL = PullRequest(
    "7",
    "",
    "",
    "refs/pull/7/head",
    "a" * 40,
    "main",
    None,
    opened_at=datetime(2026, 11, 23, 15, tzinfo=UTC),
    branch="b",
    head_repository="o/r",
)
PUSH = {
    "ref": "refs/heads/b",
    "before": "0" * 40,
    "after": "a" * 40,
    "timestamp": "2026-11-23T15:00:00Z",
    "activity_type": "branch_creation",
    "actor": None,
}


@pytest.fixture
def forge(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int, Any], GitHub]]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    opened = []

    def connect(status: int, body: Any) -> GitHub:
        site = always(Page(status, json.dumps(body), "application/json"))
        opened.append(site)
        url = site.__enter__()
        settings = GitHubSettings(url, "o/r", url, token="t0ken")
        return GitHub(GitHubWire(settings, 5.0, RetryPolicy(attempts=1)), settings, "main")

    yield connect
    for each in opened:
        each.__exit__(None, None, None)


UNREAD: dict[str, tuple[Use, int, Any]] = {
    "no login": (lambda forge: forge.writer(), 200, {}),
    "no login, for there is no such page": (lambda forge: forge.writer(), 404, {"message": "no"}),
    "an event of no shape": (lambda forge: forge.conversation(PULL), 200, ["x"]),
    "a review of no shape": (
        lambda forge: forge.conversation(PULL),
        200,
        [{"event": "reviewed", "id": 1, "state": "odd", "submitted_at": "2026-11-23T15:00:00Z"}],
    ),
    "a push of no shape": (lambda forge: forge.pushes(PULL), 200, [{"ref": "refs/heads/b"}]),
    "a push that leads to no commit": (
        lambda forge: forge.pushes(PULL),
        200,
        [{**PUSH, "after": "--upload-pack=x"}],
    ),
    "pushes that may not be seen": (lambda forge: forge.pushes(PULL), 403, {"message": "no"}),
    "a workflow that is not shown": (
        lambda forge: forge.last_run("reconcile.yml", "schedule"),
        404,
        {"message": "Not Found"},
    ),
    "runs of no shape": (lambda forge: forge.last_run("reconcile.yml", "schedule"), 200, {}),
}


@pytest.mark.parametrize("name", UNREAD)
def test_it_is_not_taken_for_an_answer(forge: Callable[[int, Any], GitHub], name: str):
    use, status, body = UNREAD[name]
    with pytest.raises(ServiceError):
        use(forge(status, body))


def test_a_workflow_that_never_ran_is_told_from_one_that_is_not_shown(
    forge: Callable[[int, Any], GitHub],
):
    assert forge(200, {"total_count": 0, "workflow_runs": []}).last_run("r.yml", "push") is None
    with pytest.raises(ServiceError, match=r"there is no workflow r\.yml, or the token may not"):
        forge(404, {"message": "Not Found"}).last_run("r.yml", "push")


def test_pushes_to_a_fork_that_may_not_be_seen_are_unknown(forge: Callable[[int, Any], GitHub]):
    fork = replace(PULL, head_repository="mallory/r")
    for status in (403, 404):
        assert forge(status, {"message": "no"}).pushes(fork) == ()


def test_pushes_of_an_account_that_is_gone_have_nobody(forge: Callable[[int, Any], GitHub]):
    (push,) = forge(200, [PUSH]).pushes(PULL)
    assert (push.actor, push.before, push.after) == (None, "", "a" * 40)


def test_activity_of_another_branch_is_left_out(forge: Callable[[int, Any], GitHub]):
    assert forge(200, [{**PUSH, "ref": "refs/heads/c"}]).pushes(PULL) == ()


def test_a_review_without_the_time_of_its_last_change_counts_as_edited(
    forge: Callable[[int, Any], GitHub],
):
    said = {"event": "reviewed", "id": 1, "state": "approved", "user": None, "commit_id": None}
    review = {**said, "submitted_at": "2026-11-23T15:00:00Z"}
    (found,) = forge(200, [review]).conversation(PULL).reviews
    assert (found.edited, found.commit) == (True, "")
    (found,) = forge(200, [{**review, "updated_at": None}]).conversation(PULL).reviews
    assert found.edited
