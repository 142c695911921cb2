"""What a workflow is told of an issue that was opened or edited, or of a new comment."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from reconciler.services.errors import MALFORMED, SetupError

_MOST: Final = 4 * 1024 * 1024


@dataclass(frozen=True)
class IssueEvent:
    """Who changed an issue, and to what. Nobody but GitHub writes it."""

    number: int
    body: str
    sender: int
    """Number of the account that opened or edited it."""


@dataclass(frozen=True)
class CommentEvent:
    """Who wrote which comment. Nobody but GitHub writes it."""

    comment: int
    body: str
    author: int
    """Number of the account that the comment is of."""
    sender: int
    """Number of the account that wrote it."""


def read_comment_event(file: Path) -> CommentEvent:
    """The event in a file such as the one at GITHUB_EVENT_PATH. Raises SetupError."""
    try:
        payload = _payload(file)
        comment = payload["comment"]
        if payload["action"] != "created":
            raise ValueError("not a new comment")
        return CommentEvent(
            int(comment["id"]),
            str(comment.get("body") or ""),
            int(comment["user"]["id"]),
            int(payload["sender"]["id"]),
        )
    except (OSError, *MALFORMED) as error:
        raise SetupError(
            f"{file} is not an event of a new comment ({type(error).__name__})",
            "In a workflow on issue_comment (created), use: --event $GITHUB_EVENT_PATH",
        ) from error


def _payload(file: Path) -> Any:  # noqa: ANN401 - whatever the file holds
    with file.open("rb") as opened:
        return json.loads(opened.read(_MOST))


def read_issue_event(file: Path) -> IssueEvent:
    """The event in a file such as the one at GITHUB_EVENT_PATH. Raises SetupError."""
    try:
        payload = _payload(file)
        issue = payload["issue"]
        return IssueEvent(
            int(issue["number"]), str(issue.get("body") or ""), int(payload["sender"]["id"])
        )
    except (OSError, *MALFORMED) as error:
        raise SetupError(
            f"{file} is not an event of an issue ({type(error).__name__})",
            "In a workflow on issues, use: --event $GITHUB_EVENT_PATH",
        ) from error
