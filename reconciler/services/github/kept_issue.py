"""One issue that is kept: opened, edited, reopened and closed, and never opened a second time."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reconciler.services.errors import Effect, ServiceError, reading_answer
from reconciler.services.github.pull_requests import GitHub
from reconciler.services.github.wire import GitHubWire
from reconciler.services.settings import GitHubSettings


@dataclass(frozen=True)
class FoundIssue:
    """An issue that this token's account opened, and that begins with the marker."""

    number: int
    title: str
    body: str
    open: bool
    url: str


class KeptIssue:
    """The issue with a label and a marker, written by the account of the token.

    Anyone can copy marker and label. An issue of another author is neither edited nor closed.
    """

    def __init__(
        self, wire: GitHubWire, settings: GitHubSettings, forge: GitHub, label: str, marker: str
    ) -> None:
        """Send through `wire`; `marker` is the first line of the body."""
        self._wire = wire
        self._issues = f"repos/{settings.repository}/issues"
        self._forge = forge
        self._label = label
        self._marker = marker

    def find(self) -> FoundIssue | None:
        """The oldest one, open or closed; None if there is none. Raises ServiceError."""
        return min(self._ours(), key=lambda each: each.number, default=None)

    def keep_open(self, title: str, text: str) -> FoundIssue:
        """Open it, or edit and reopen it where it differs. Raises ServiceError."""
        body = f"{self._marker}\n{text}"
        found = self.find()
        if found is None:
            asked = {"title": title, "body": body, "labels": [self._label]}
            try:
                self._wire.send("POST", self._issues, asked, repeatable=False)
            except ServiceError as error:
                if error.effect is Effect.NONE:
                    raise
            found = self.find()
            if found is None:
                raise ServiceError(
                    "GitHub", "POST issues", "the issue that was opened is not there"
                )
        elif (found.open, found.title, found.body) != (True, title, body):
            self._change(found, {"title": title, "body": body, "state": "open"})
        return found

    def close(self, text: str) -> None:
        """Close each that is open, with a new text. Raises ServiceError."""
        body = f"{self._marker}\n{text}"
        for each in list(self._ours()):
            if each.open:
                self._change(each, {"body": body, "state": "closed", "state_reason": "completed"})

    def _change(self, issue: FoundIssue, fields: dict[str, str]) -> None:
        self._wire.send("PATCH", f"{self._issues}/{issue.number}", fields, repeatable=True)

    @reading_answer("GitHub", "answer")
    def _ours(self) -> Iterator[FoundIssue]:
        query = {"labels": self._label, "state": "all"}
        found = [
            _issue(each) for each in self._wire.pages(self._issues, query) if self._is_ours(each)
        ]
        return iter(found)

    def _is_ours(self, issue: dict[str, Any]) -> bool:
        author = str((issue.get("user") or {}).get("login") or "")
        begins = str(issue.get("body") or "").replace("\r\n", "\n").startswith(self._marker)
        return begins and not issue.get("pull_request") and author == self._forge.writer()


def _issue(issue: dict[str, Any]) -> FoundIssue:
    return FoundIssue(
        number=int(issue["number"]),
        title=str(issue["title"]),
        body=str(issue["body"]).replace("\r\n", "\n"),
        open=issue["state"] == "open",
        url=str(issue["html_url"]),
    )
