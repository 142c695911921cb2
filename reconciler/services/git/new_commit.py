"""A commit that is made without a checkout, and its push. The work tree and the index stay."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from reconciler.services.git.command import GitProblem, complaint, git
from reconciler.services.git.remote import Remote
from reconciler.services.git.user import TOOL, commit_author

_DRAFTS: Final = "refs/escalate/drafts"


class NewCommit(NamedTuple):
    """A commit to be: on top of what, with which new contents of files."""

    tip: str | None
    files: Mapping[str, bytes]
    message: str
    at: datetime
    author: str = TOOL
    """Name and address of author and committer."""


@contextmanager
def written(repo: Path, draft: NewCommit) -> Iterator[str]:
    """A commit in the object store. A ref keeps it from git's garbage collection meanwhile."""
    ref = f"{_DRAFTS}/{secrets.token_hex(8)}"
    commit = _write(repo, ref, draft)
    try:
        yield commit
    finally:
        git(repo, "update-ref", "-d", ref)


def _write(repo: Path, ref: str, draft: NewCommit) -> str:
    when = f"{int(draft.at.timestamp())} +0000"
    head = f"commit {ref}\nmark :1\ncommitter {draft.author} {when}\n"
    stream = [head.encode(), _data(draft.message.encode())]
    if draft.tip is not None:
        stream.append(f"from {draft.tip}\n".encode())
    for path, content in draft.files.items():
        stream += [f"M 100644 inline {path}\n".encode(), _data(content)]
    stream += [b"\nget-mark :1\n", b"done\n"]
    code, out, err = git(repo, "fast-import", "--quiet", "--done", asked=b"".join(stream))
    if code != 0:
        raise GitProblem(complaint(err))
    return out.decode("ascii").strip()


def _data(content: bytes) -> bytes:
    return b"data %d\n%b\n" % (len(content), content)


def push_new_branch(  # noqa: PLR0913 - the parts of a commit
    remote: Remote,
    branch: str,
    *,
    tip: str,
    files: Mapping[str, bytes],
    message: str,
    at: datetime,
    author: str = "",
) -> None:
    """Push one commit on top of a tip as a branch; a branch that is there is left as it is.

    Without an author, it is the user whom git knows. Raises GitProblem.
    """
    full = f"refs/heads/{branch}"
    if full in remote.refs(full):
        return
    repo = remote.repo
    top = _prefix(repo)
    named = {f"{top}{path}": data for path, data in files.items()}
    with written(repo, NewCommit(tip, named, message, at, author or commit_author(repo))) as commit:
        refusal = remote.push(commit, full)
    if refusal is not None:
        raise GitProblem(f"the branch {branch} can't be pushed: {refusal[:200]}")


def _prefix(repo: Path) -> str:
    """The folder of our files inside the repository, with a slash; empty at its top."""
    code, out, _ = git(repo, "rev-parse", "--show-prefix")
    return out.decode("utf-8", "replace").strip() if code == 0 else ""
