"""Comments that people write on GitHub, our reactions to them, and where they were written.

Source of the shapes: GitHub's OpenAPI description of the REST API, version 2022-11-28.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from reconciler.model.forge import IssueComment, PullRequest
from reconciler.services.errors import reading_answer
from reconciler.services.github.pull_requests import GitHub
from reconciler.services.github.shapes import (
    read_account,
    read_moment,
    read_pull_request,
)
from reconciler.services.github.wire import GitHubWire
from reconciler.services.settings import GitHubSettings

DONE: Final = "+1"
NOT_DONE: Final = "confused"
_MEMBERS: Final = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})
_NUMBER: Final = re.compile(r"/issues/([0-9]{1,12})$")


@dataclass(frozen=True)
class CommentedPullRequest:
    """A pull request with what a command needs to know of it."""

    pull_request: PullRequest
    branch: str
    """Its name can be anything that git takes for the name of a branch."""
    paths: tuple[str, ...]
    """The files that it changes."""


class GitHubComments:
    """The comments of one repository. Each raises ServiceError."""

    def __init__(self, wire: GitHubWire, settings: GitHubSettings, branch: str) -> None:
        """Send through `wire`; pull requests are those for `branch`."""
        self._wire = wire
        self._repo = f"repos/{settings.repository}"
        self.forge = GitHub(wire, settings, branch)

    @reading_answer("GitHub", "answer")
    def comment(self, number: int) -> IssueComment | None:
        """A comment by its id; None when there is none any more."""
        found = self._wire.get(f"{self._repo}/issues/comments/{number}")
        if found is None:
            return None
        place = _NUMBER.search(str(found["issue_url"]))
        if place is None:
            raise ValueError("no issue")
        return IssueComment(
            id=int(found["id"]),
            number=int(place[1]),
            author=read_account(found.get("user")),
            body=str(found.get("body") or ""),
            at=read_moment(found["created_at"]),
            edited=found["created_at"] != found["updated_at"],
            of_member=found.get("author_association") in _MEMBERS,
        )

    @reading_answer("GitHub", "answer")
    def is_answered(self, comment: int) -> bool:
        """Whether we have reacted to a comment. Others cannot take that back."""
        path = f"{self._repo}/issues/comments/{comment}/reactions"
        return any(
            each["content"] in {DONE, NOT_DONE} and self._is_ours(each)
            for each in self._wire.pages(path)
        )

    def react(self, comment: int, content: str) -> None:
        """React to a comment. The same reaction is there once, however often it is sent."""
        path = f"{self._repo}/issues/comments/{comment}/reactions"
        self._wire.send("POST", path, {"content": content}, repeatable=True)

    @reading_answer("GitHub", "answer")
    def pull_request(self, number: int) -> CommentedPullRequest | None:
        """A pull request with its files; None when there is none."""
        path = f"{self._repo}/pulls/{number}"
        found = self._wire.get(path)
        if found is None:
            return None
        files = self._wire.pages(f"{path}/files")
        return CommentedPullRequest(
            read_pull_request(found),
            str(found["head"]["ref"]),
            tuple(str(each["filename"]) for each in files),
        )

    def made_of_form(self, form: int, marker: str, prefix: str) -> CommentedPullRequest | None:
        """The pull request that we made of a form, whatever became of it; None without one.

        Our answer on the form names it. Others can edit that answer: the pull request has to be
        ours, of a branch that begins with `prefix`, in this repository.
        """
        for number in self._named(form, marker):
            found = self.pull_request(number)
            if found is None or found.pull_request.from_fork:
                continue
            author = found.pull_request.author
            ours = author is not None and author.login == self.forge.writer()
            if ours and found.branch.startswith(prefix):
                return found
        return None

    @reading_answer("GitHub", "answer")
    def _named(self, form: int, marker: str) -> Iterator[int]:
        answers = [
            str(each.get("body") or "")
            for each in self._wire.pages(f"{self._repo}/issues/{form}/comments")
            if self._is_ours(each) and str(each.get("body") or "").startswith(marker)
        ]
        return iter([int(each) for body in answers for each in _PULL.findall(body)][:_MOST])

    def _is_ours(self, found: dict[str, object]) -> bool:
        user = found.get("user")
        return isinstance(user, dict) and user.get("login") == self.forge.writer()


_PULL: Final = re.compile(r"/pull/([0-9]{1,12})\b")
_MOST: Final = 3
