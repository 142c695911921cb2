"""What a workflow is told of an issue that was opened or edited."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reconciler.services.errors import MALFORMED, SetupError

_MOST: Final = 4 * 1024 * 1024


@dataclass(frozen=True)
class IssueEvent:
    """Who changed an issue, and to what. Nobody but GitHub writes it."""

    number: int
    body: str
    sender: int
    """Number of the account that opened or edited it."""


def read_issue_event(file: Path) -> IssueEvent:
    """The event in a file such as the one at GITHUB_EVENT_PATH. Raises SetupError."""
    try:
        with file.open("rb") as opened:
            payload = json.loads(opened.read(_MOST))
        issue = payload["issue"]
        return IssueEvent(
            int(issue["number"]), str(issue.get("body") or ""), int(payload["sender"]["id"])
        )
    except (OSError, *MALFORMED) as error:
        raise SetupError(
            f"{file} is not an event of an issue ({type(error).__name__})",
            "In a workflow on issues, use: --event $GITHUB_EVENT_PATH",
        ) from error
