"""The remote that keeps the audit branch: its tip, its commits, and pushing on top of them."""

import re
from enum import StrEnum
from typing import Final

from reconciler.services.plumbing import GitProblem
from reconciler.services.remote import Remote

BRANCH: Final = "refs/heads/audit"
_PUSH: Final = (
    *("push", "--porcelain", "--no-verify", "--no-signed", "--no-follow-tags"),
    "--no-recurse-submodules",
)
_OVERTAKEN: Final = re.compile(
    rb"\[rejected\]|failed to update ref|cannot lock ref|reference already exists"
    rb"|incorrect old value|failed to lock",
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
    code, out, err = remote.run(_PUSH, "receive-pack", f"{commit}:{BRANCH}")
    if code == 0:
        return Pushed.DONE
    refused = b"\n".join(line for line in out.splitlines() if line.startswith(b"!"))
    if _OVERTAKEN.search(refused):
        return Pushed.OVERTAKEN
    if refused:
        why = refused.decode("utf-8", "replace").rpartition("\t")[2]
        raise GitProblem(f"{remote.name} refuses the audit branch: {why[:200]}")
    raise GitProblem(remote.unreachable(err))
