"""Commits and files of the audit branch in the object store."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from reconciler.services.git.blobs import contents, listing
from reconciler.services.git.command import GitProblem, complaint, git

AUTHOR: Final = "escalation-as-code <noreply@escalation-as-code.invalid>"
_CAP: Final = 64 * 1024 * 1024


class Draft(NamedTuple):
    """A commit to be: on top of what, with which new contents of files."""

    tip: str | None
    files: Mapping[str, bytes]
    message: str
    at: datetime
    author: str = AUTHOR
    """Name and address of author and committer."""


def write_commit(repo: Path, ref: str, draft: Draft) -> str:
    """Write a commit into the object store."""
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


def read_files(repo: Path, tip: str | None, paths: Sequence[str]) -> dict[str, bytes]:
    """The files as they are at a tip; those that are not there are left out."""
    if tip is None or not paths:
        return {}
    found = listing(repo, "--full-tree", tip, "--", *paths)
    names = {blob.path: blob.object for blob in found}
    data = dict(contents(repo, set(names.values()), _CAP))
    files: dict[str, bytes] = {}
    for path, blob in names.items():
        content = data[blob]
        if content is None:
            raise GitProblem(f"{path} on the audit branch has more than {_CAP:,} bytes")
        files[path] = content
    return files
