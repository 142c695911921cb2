"""What GitHub's answers leave open is a failure of the call, and never "there is none"."""

import json
from collections.abc import Callable, Iterator
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
PULL = PullRequest("7", "", "", "refs/pull/7/head", "a" * 40, "main", None)


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
    "an event of no shape": (lambda forge: forge.ready_at(PULL), 200, ["x"]),
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
