"""The issues that people send forms with, and the pull requests made out of them, on GitHub."""

from typing import Final

from reconciler.model.forge import Issue, PullRequest
from reconciler.services.errors import MALFORMED, ServiceError, reading_answer
from reconciler.services.github.pull_requests import GitHub
from reconciler.services.github.shapes import read_account, read_moment, read_pull_request
from reconciler.services.github.wire import GitHubWire
from reconciler.services.settings import GitHubSettings

_CLOSED: Final = {"state": "closed", "state_reason": "completed"}


class GitHubForms:
    """The forms of one repository."""

    def __init__(self, wire: GitHubWire, settings: GitHubSettings, branch: str) -> None:
        """Send through `wire`; pull requests are those for `branch`."""
        self._wire = wire
        self._repo = f"repos/{settings.repository}"
        self._branch = branch
        self.forge = GitHub(wire, settings, branch)

    def issue(self, number: int) -> Issue | None:
        """An issue as it is now; None when there is none, or it is a pull request.

        Raises ServiceError, as all of these do.
        """
        found = self._wire.get(f"{self._repo}/issues/{number}")
        if found is None or found.get("pull_request"):
            return None
        try:
            return Issue(
                number=int(found["number"]),
                author=read_account(found.get("user")),
                body=str(found.get("body") or ""),
                labels=frozenset(str(each["name"]) for each in found["labels"]),
                open=found["state"] == "open",
                was_closed=found["state"] != "open" or self._was_closed(number),
                opened_at=read_moment(found["created_at"]),
            )
        except MALFORMED as error:
            raise ServiceError(
                "GitHub", "answer", f"an issue had an unexpected shape ({type(error).__name__})"
            ) from error

    @reading_answer("GitHub", "answer")
    def _was_closed(self, number: int) -> bool:
        """By its events, which nobody can take away."""
        events = self._wire.pages(f"{self._repo}/issues/{number}/events")
        return any(each["event"] == "closed" for each in events)

    def close(self, number: int) -> None:
        """Close an issue as done."""
        path = f"{self._repo}/issues/{number}"
        self._wire.send("PATCH", path, _CLOSED, repeatable=True)

    @reading_answer("GitHub", "answer")
    def ours(self, prefix: str) -> PullRequest | None:
        """Our open pull request of a branch of this repository that begins so; None without one.

        Others can open one of such a branch; theirs is not taken for ours.
        """
        query = {"state": "open", "base": self._branch, "sort": "created", "direction": "asc"}
        for each in self._wire.pages(f"{self._repo}/pulls", query):
            head = each.get("head") or {}
            there = str((head.get("repo") or {}).get("full_name") or "")
            login = str((each.get("user") or {}).get("login") or "")
            here = there.casefold() == self._repo.removeprefix("repos/").casefold()
            begins = str(head.get("ref") or "").startswith(prefix)
            if here and begins and login == self.forge.writer():
                return read_pull_request(each)
        return None
