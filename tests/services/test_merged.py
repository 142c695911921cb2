"""Which pull request made a commit, over long lists, and when GitHub does not tell."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from strangers import Asked, Page, stranger

from reconciler.services.errors import ServiceError
from reconciler.services.github.pull_requests import GitHub
from reconciler.services.github.wire import GitHubWire
from reconciler.services.retry import RetryPolicy
from reconciler.services.settings import GitHubSettings

JSON = "application/json"
LIST = "/repos/o/r/pulls"


def commit(number: int) -> str:
    return f"{number:040x}"


def pull(number: int, **changes: Any) -> dict[str, Any]:
    """A merged one, whose merge made the commit of its number."""
    return {
        "number": number,
        "title": f"#{number}",
        "html_url": "",
        "head": {"sha": commit(number)},
        "base": {"ref": "main"},
        "user": None,
        "state": "closed",
        "merged_at": "2026-11-23T15:00:00Z",
        "merge_commit_sha": commit(number),
        **changes,
    }


@dataclass
class Site:
    """A GitHub with closed pull requests, in pages as long as are asked for."""

    url: str = ""
    closed: list[dict[str, Any]] = field(default_factory=list)
    of_commit: Callable[[int], Page] = field(default=lambda _: Page(200, "[]", JSON))
    endless: bool = False
    asked: list[str] = field(default_factory=list)

    def answer(self, asked: Asked) -> Page:
        parts = urlsplit(asked.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        page = int(query.get("page", 1))
        self.asked.append(f"{parts.path} {page}")
        if parts.path != LIST:
            return self.of_commit(page)
        assert (query["state"], query["sort"], query["direction"]) == ("closed", "updated", "desc")
        size = int(query["per_page"])
        shown = self.closed if self.endless else self.closed[size * (page - 1) : size * page]
        more = self.endless or len(self.closed) > size * page
        return self.page(asked.path, page, shown, more=more)

    def page(self, path: str, page: int, shown: list[dict[str, Any]], *, more: bool) -> Page:
        base = path.partition("&page=")[0]
        link = {"Link": f'<{self.url}{base}&page={page + 1}>; rel="next"'} if more else {}
        return Page(200, json.dumps(shown), JSON, link)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    found = Site()
    with stranger(found.answer) as url:
        found.url = url
        yield found


def forge(site: Site) -> GitHub:
    settings = GitHubSettings(site.url, "o/r", site.url, token="t0ken")
    return GitHub(GitHubWire(settings, 5.0, RetryPolicy(attempts=1)), settings, "main")


def test_one_behind_the_first_hundred_is_found(site: Site):
    site.closed = [pull(number) for number in range(350, 0, -1)]
    found = forge(site).pull_request_of(commit(3))
    assert found is not None
    assert found.id == "3"


def test_the_list_is_read_once_and_only_as_far_as_needed(site: Site):
    site.closed = [pull(number) for number in range(350, 0, -1)]
    github = forge(site)
    assert github.pull_request_of(commit(340)).id == "340"  # type: ignore[union-attr]
    assert [each for each in site.asked if each.startswith(f"{LIST} ")] == [f"{LIST} 1"]
    assert github.pull_request_of(commit(999)) is None
    assert github.pull_request_of(commit(998)) is None
    assert github.pull_request_of(commit(2)).id == "2"  # type: ignore[union-attr]
    listed = [each for each in site.asked if each.startswith(f"{LIST} ")]
    assert listed == [f"{LIST} {page}" for page in range(1, 5)]


def test_a_list_that_does_not_end_is_no_answer(site: Site):
    site.closed, site.endless = [pull(1)], True
    github = forge(site)
    for number in (2, 3):
        with pytest.raises(ServiceError, match="has more than"):
            github.pull_request_of(commit(number))
    assert len([each for each in site.asked if each.startswith(f"{LIST} ")]) == 50
    assert github.pull_request_of(commit(1)).id == "1"  # type: ignore[union-attr]


def test_one_on_a_later_page_of_the_commits_own_list(site: Site):
    path = f"/repos/o/r/commits/{commit(7)}/pulls?per_page=100"

    def of_commit(page: int) -> Page:
        shown = pull(7) if page == 2 else pull(8)
        return site.page(path, page, [shown], more=page == 1)

    site.of_commit = of_commit
    assert forge(site).pull_request_of(commit(7)).id == "7"  # type: ignore[union-attr]


@pytest.mark.parametrize("status", [404, 403, 409])
def test_a_list_that_is_refused_is_no_answer(site: Site, status: int):
    site.of_commit = lambda _: Page(status, '{"message": "no"}', JSON)
    with pytest.raises(ServiceError) as failed:
        forge(site).pull_request_of(commit(7))
    assert failed.value.code == str(status)


@pytest.mark.parametrize(
    "strange", [{"base": {"ref": "other"}}, {"merged_at": None}, {"state": "open"}]
)
def test_one_that_did_not_become_the_commit_is_not_it(site: Site, strange: dict[str, Any]):
    site.closed = [pull(7, **strange)]
    assert forge(site).pull_request_of(commit(7)) is None
