"""A call to GitHub: who makes it, on which repository, and how refusals look."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

from reconciler.sandbox import routes
from reconciler.sandbox.answer import Answer
from reconciler.sandbox.github_git import Bare
from reconciler.sandbox.github_state import GitHubState, Issue, Pull, User
from reconciler.sandbox.github_sync import sync
from reconciler.sandbox.incoming import Incoming
from reconciler.sandbox.world import World

USUAL, MOST = 30, 100
T = TypeVar("T")
FORBIDDEN, NOT_FOUND, CONFLICT, INVALID = 403, 404, 409, 422


class GitHubError(Exception):
    """A refusal in GitHub's shape."""

    def __init__(self, status: int, message: str, *errors: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = [{"message": each} for each in errors]


@dataclass
class GitHubCall:
    """One call on its way through a route."""

    incoming: Incoming
    world: World
    user: User
    base: str
    """Address of the API, without a slash at the end."""
    params: dict[str, str]

    @property
    def github(self) -> GitHubState:
        """The repository's state."""
        return self.world.github

    @property
    def bare(self) -> Bare:
        """The repository itself."""
        return self.world.bare

    @property
    def now(self) -> datetime:
        """The time."""
        return self.world.clock.now()

    @property
    def repo(self) -> str:
        """Address of the repository in the API."""
        return f"{self.base}/repos/{self.github.full_name}"

    def query(self, name: str, otherwise: str = "") -> str:
        """A query parameter."""
        return self.incoming.last(name) or otherwise

    def body(self) -> dict[str, Any]:
        """The body, which has to be an object."""
        try:
            value = self.incoming.json()
        except ValueError as wrong:
            raise GitHubError(400, "Problems parsing JSON") from wrong
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise GitHubError(400, "Body should be a JSON object")
        return value

    def text(self, body: dict[str, Any], name: str) -> str:
        """A text of the body that has to be there."""
        value = body.get(name)
        if not isinstance(value, str) or not value:
            raise GitHubError(INVALID, "Validation Failed", f"{name} is missing or no string")
        return value

    def pull(self) -> Pull:
        """The pull request that the path names, as it is at this moment."""
        number = self.params["number"]
        found = self.github.pulls.get(int(number)) if number.isdecimal() else None
        if found is None:
            raise GitHubError(NOT_FOUND, "Not Found")
        sync(self.world)
        return found

    def thing(self) -> Pull | Issue:
        """The pull request or issue that the path names."""
        number = self.params["number"]
        issue = self.github.issues.get(int(number)) if number.isdecimal() else None
        return issue or self.pull()

    @property
    def may_write(self) -> bool:
        """Whether the caller may change the repository."""
        people = self.github.writers | self.github.admins
        return self.user.type == "Bot" or self.user.login in people

    def write(self) -> None:
        """Refuse the call of somebody who may only look."""
        if not self.may_write:
            raise GitHubError(FORBIDDEN, "Resource not accessible by this account")

    def administer(self) -> None:
        """Refuse the call of somebody who is no administrator; a token of Actions never is."""
        if self.user.type == "Bot":
            raise GitHubError(FORBIDDEN, "Resource not accessible by integration")
        if self.user.login not in self.github.admins:
            raise GitHubError(FORBIDDEN, "Must have admin rights to Repository.")

    def listed(self, items: Iterable[object]) -> Answer:
        """A page of a list, with the address of the next one."""
        every = list(items)
        return Answer(body=self.page(every), headers=self.links(len(every)))

    def page(self, every: list[T]) -> list[T]:
        """The part of a list that was asked for."""
        number, size = self._where()
        return every[(number - 1) * size : number * size]

    def links(self, count: int) -> dict[str, str]:
        """The header with the addresses of the pages beside this one, if there are any."""
        number, size = self._where()
        last = max(-(-count // size), 1)
        named = {"prev": number - 1, "next": number + 1, "last": last, "first": 1}
        if number == 1:
            del named["prev"], named["first"]
        if number >= last:
            del named["next"], named["last"]
        if not named:
            return {}
        kept = {name: each[-1] for name, each in self.incoming.query.items() if name != "page"}
        address = f"{self.base}{self.path}?"
        links = (
            f'<{address}{urlencode({**kept, "page": page})}>; rel="{rel}"'
            for rel, page in named.items()
        )
        return {"link": ", ".join(links)}

    def _where(self) -> tuple[int, int]:
        """Page and size; what is no number counts as not asked for, as on GitHub."""
        size, number = (self.query(name) for name in ("per_page", "page"))
        return (
            max(int(number), 1) if number.isdecimal() else 1,
            min(max(int(size), 1), MOST) if size.isdecimal() else USUAL,
        )

    @property
    def path(self) -> str:
        """The path below the API's address."""
        return self.incoming.path.removeprefix("/api/v3")


def Routes() -> routes.Routes[GitHubCall]:  # noqa: N802 - reads as the class that it makes
    """A family of routes."""
    return routes.Routes()


def moment(at: datetime | None) -> str | None:
    """A moment as GitHub writes it."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}" if at else None


def node(kind: str, id_: int) -> str:
    """An id of the other API."""
    return f"{kind}_sandbox{id_}"
