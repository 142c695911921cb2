"""A branch that exists while runs fail, so that the first good run knows it without asking.

A clone has it already, because a check-out brings all branches. It points to a commit of main and
decides nothing: a good run that sees it looks whether an issue is open. Anyone who can push can
make it; that costs the next run a few calls.
"""

from pathlib import Path
from typing import Final

from reconciler.services.git.command import git
from reconciler.services.git.commits import known_commit
from reconciler.services.git.remote import Remote

NAME: Final = "escalate-standstill"
BRANCH: Final = f"refs/heads/{NAME}"


def is_marked(repo: Path, remote: str = "origin") -> bool:
    """Whether runs failed before this one, by what this clone knows."""
    return known_commit(repo, _tracked(remote)) is not None


def mark(remote: Remote, commit: str) -> None:
    """Create the branch, if it is missing. Raises GitProblem."""
    if not is_marked(remote.repo, remote.name) and remote.push(commit, BRANCH) is None:
        git(remote.repo, "update-ref", _tracked(remote.name), commit)


def unmark(remote: Remote) -> None:
    """Remove the branch. Raises GitProblem."""
    remote.delete(BRANCH)
    git(remote.repo, "update-ref", "-d", _tracked(remote.name))


def _tracked(remote: str) -> str:
    return f"refs/remotes/{remote}/{NAME}"
