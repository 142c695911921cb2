"""The remote that keeps the audit branch: its tip, its commits, and pushing on top of them."""

import re
from enum import StrEnum
from typing import Final

from reconciler.services.git.command import GitProblem
from reconciler.services.git.remote import Remote

BRANCH: Final = "refs/heads/audit"
_OVERTAKEN: Final = re.compile(
    r"\[rejected\]|failed to update ref|cannot lock ref|reference already exists"
    r"|incorrect old value|failed to lock",
)


class Pushed(StrEnum):
    """How a push ended."""

    DONE = "done"
    OVERTAKEN = "overtaken"
    """Somebody else pushed in between."""


def tip_there(remote: Remote) -> str | None:
    """The remote's audit branch, with its commits here; None when there is none yet."""
    found = remote.refs(BRANCH).get(BRANCH)
    if found is not None and not remote.has(found):
        remote.fetch(BRANCH)
        if not remote.has(found):
            raise GitProblem(remote.unreachable(b"the branch audit moved meanwhile"))
    return found


def push(remote: Remote, commit: str) -> Pushed:
    """Make a commit the tip, if it builds on the tip of that very moment."""
    refusal = remote.push(commit, BRANCH)
    if refusal is None:
        return Pushed.DONE
    if _OVERTAKEN.search(refusal):
        return Pushed.OVERTAKEN
    raise GitProblem(f"{remote.name} refuses the audit branch: {refusal[:200]}")
