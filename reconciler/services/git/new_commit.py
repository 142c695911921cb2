"""A commit that is made without a checkout, and its push. The work tree and the index stay."""

import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from reconciler.services.git.command import GitProblem, complaint, git, must
from reconciler.services.git.remote import Remote
from reconciler.services.git.trees_and_blobs import TreeEntry
from reconciler.services.git.user import TOOL, commit_author

_DRAFTS: Final = "refs/escalate/drafts"
_UPDATE: Final = ("update-ref", "--stdin")
_PLAIN: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]*")


class NewCommit(NamedTuple):
    """A commit to be: on top of what, with which new contents of files."""

    tip: str | None
    files: Mapping[str, bytes]
    message: str
    at: datetime
    author: str = TOOL
    """Name and address of author and committer."""
    merged: str | None = None
    """A second parent; the commit then has its files, and not those of the first one."""
    entries: Mapping[str, TreeEntry | None] = {}
    """Objects to put at paths; None for a file that goes."""


class RefUpdate(NamedTuple):
    """A ref of this clone that is to name a commit."""

    ref: str
    commit: str
    before: str = ""
    """What it has to name before; zeros for nothing, empty for anything."""


@dataclass
class Written:
    """A commit in the object store."""

    commit: str
    refs: list[RefUpdate] = field(default_factory=list)
    """Refs to update when the commit needs no ref of its own any more."""


@contextmanager
def written(repo: Path, draft: NewCommit) -> Iterator[Written]:
    """A commit in the object store. A ref keeps it from git's garbage collection meanwhile.

    If one of the other refs can't be updated, none is.
    """
    ref = f"{_DRAFTS}/{secrets.token_hex(8)}"
    found = Written(_write(repo, ref, draft))
    try:
        yield found
    finally:
        updates = (f"update {' '.join(each).strip()}\n" for each in found.refs)
        end = f"delete {ref}\n"
        code, _, _ = git(repo, *_UPDATE, asked="".join((*updates, end)).encode())
        if code != 0 and found.refs:
            git(repo, *_UPDATE, asked=end.encode())


def _write(repo: Path, ref: str, draft: NewCommit) -> str:
    when = f"{int(draft.at.timestamp())} +0000"
    head = f"commit {ref}\nmark :1\ncommitter {draft.author} {when}\n"
    stream = [head.encode(), _data(draft.message.encode())]
    if draft.tip is not None:
        stream.append(f"from {draft.tip}\n".encode())
    if draft.merged is not None:
        root = must(repo, "rev-parse", "--verify", f"{draft.merged}^{{tree}}").decode().strip()
        stream.append(f'merge {draft.merged}\nM 040000 {root} ""\n'.encode())
    for path, entry in draft.entries.items():
        change = f"M {entry.mode} {entry.object}" if entry else "D"
        stream.append(f"{change} {_quoted(path)}\n".encode())
    for path, content in draft.files.items():
        stream += [f"M 100644 inline {path}\n".encode(), _data(content)]
    stream += [b"\nget-mark :1\n", b"done\n"]
    code, out, err = git(repo, "fast-import", "--quiet", "--done", asked=b"".join(stream))
    if code != 0:
        raise GitProblem(complaint(err))
    return out.decode("ascii").strip()


def _quoted(path: str) -> str:
    """A path for git. Raises GitProblem for one that no escalation has."""
    if _PLAIN.fullmatch(path) is None:
        raise GitProblem(f"a file has an unusual name: {path!r}")
    return path


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
    with written(repo, NewCommit(tip, named, message, at, author or commit_author(repo))) as new:
        refusal = remote.push(new.commit, full)
    if refusal is not None:
        raise GitProblem(f"the branch {branch} can't be pushed: {refusal[:200]}")


def push_onto(  # noqa: PLR0913 - the parts of a commit
    remote: Remote,
    branch: str,
    *,
    tip: str,
    files: Mapping[str, bytes],
    message: str,
    at: datetime,
    author: str,
) -> str | None:
    """Push one commit onto a branch whose tip is this one; why the remote refuses it, else None.

    A branch that has moved in between refuses it. Raises GitProblem.
    """
    repo = remote.repo
    top = _prefix(repo)
    named = {f"{top}{path}": data for path, data in files.items()}
    with written(repo, NewCommit(tip, named, message, at, author)) as new:
        return remote.push(new.commit, f"refs/heads/{branch}", expected=tip)


def _prefix(repo: Path) -> str:
    """The folder of our files inside the repository, with a slash; empty at its top."""
    code, out, _ = git(repo, "rev-parse", "--show-prefix")
    return out.decode("utf-8", "replace").strip() if code == 0 else ""
