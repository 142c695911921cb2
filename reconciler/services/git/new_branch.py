"""One commit on top of a branch, pushed as a branch of its own. The work tree is left alone."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from reconciler.services.git.audit_objects import AUTHOR, Draft, write_commit
from reconciler.services.git.command import GitProblem, git
from reconciler.services.git.remote import Remote

_DRAFTS: Final = "refs/escalate/drafts"


def push_commit(  # noqa: PLR0913 - the parts of a commit
    remote: Remote,
    branch: str,
    *,
    tip: str,
    files: Mapping[str, bytes],
    message: str,
    at: datetime,
    author: str = "",
) -> None:
    """Push a commit that changes files on top of a tip; a branch that is there is left as it is.

    Raises GitProblem.
    """
    full = f"refs/heads/{branch}"
    if full in remote.refs(full):
        return
    repo = remote.repo
    top = _prefix(repo)
    ref = f"{_DRAFTS}/{secrets.token_hex(8)}"
    named = {f"{top}{path}": data for path, data in files.items()}
    commit = write_commit(repo, ref, Draft(tip, named, message, at, author or identity(repo)))
    try:
        refusal = remote.push(commit, full)
    finally:
        git(repo, "update-ref", "-d", ref)
    if refusal is not None:
        raise GitProblem(f"the branch {branch} can't be pushed: {refusal[:200]}")


def identity(repo: Path) -> str:
    """Whom git takes for the author, as `name <address>`; the tool itself when it knows nobody."""
    name, email = config(repo, "user.name"), config(repo, "user.email")
    return f"{name} <{email}>" if name and email else AUTHOR


def config(repo: Path, key: str) -> str:
    """A value of git's configuration, without what would end a commit's author; empty if unset."""
    code, out, _ = git(repo, "config", "--get", key)
    text = out.decode("utf-8", "replace").strip() if code == 0 else ""
    return "".join(char for char in text if char not in "<>\n\r\x00")


def _prefix(repo: Path) -> str:
    """The folder of our files inside the repository, with a slash; empty at its top."""
    code, out, _ = git(repo, "rev-parse", "--show-prefix")
    return out.decode("utf-8", "replace").strip() if code == 0 else ""
