"""Our files as committed, and whether other files differ from them."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from reconciler.load.raw import CONFIG_BYTES, SUBMODULE, SYMLINK, RawFile, cap_of
from reconciler.services.git.command import GitProblem, complaint, git
from reconciler.services.git.commits import head_commit, object_at, resolve
from reconciler.services.git.trees_and_blobs import Blob, contents, tree
from reconciler.services.git.work_tree import NotOurs, read_worktree

_MOST_BYTES: Final = 128 * 1024 * 1024


def read_revision(repo: Path, ref: str, known: Iterable[RawFile] = ()) -> list[RawFile]:
    """Read policy, roster and everything under escalations/ as committed, in order of path.

    What has the same bytes in a known file of the same path is taken from there.
    """
    blobs = list(tree(repo, resolve(repo, ref)))
    data: dict[str, bytes | None] = dict(_unchanged(blobs, known))
    wanted = {blob.object: blob.size for blob in blobs if blob.is_read and blob.object not in data}
    refuse_too_many_bytes(ref, wanted.values())
    data.update(contents(repo, wanted, CONFIG_BYTES))
    return [
        RawFile(
            blob.path,
            data.get(blob.object) or b"",
            blob.mode,
            -1 if blob.is_read else blob.size,
        )
        for blob in sorted(blobs)
    ]


def refuse_too_many_bytes(ref: str, sizes: Iterable[int]) -> None:
    """Raise GitProblem if files are too large together."""
    if sum(sizes) > _MOST_BYTES:
        raise GitProblem(f"The files of {ref} are larger than {_MOST_BYTES:,} bytes together.")


def _unchanged(blobs: Iterable[Blob], known: Iterable[RawFile]) -> Iterator[tuple[str, bytes]]:
    here = {raw.path: raw.data for raw in known}
    for blob in blobs:
        data = here.get(blob.path)
        if data is not None and len(data) == blob.size and _name(data, blob) == blob.object:
            yield blob.object, data


def file_at(repo: Path, ref: str, path: str) -> bytes | None:
    """A file as committed; None when there is none. Raises GitProblem if it cannot be read."""
    name = object_at(repo, ref, path)
    if name is None:
        return None
    code, out, err = git(repo, "cat-file", "blob", name)
    if code == 0:
        return out
    known, kind, _ = git(repo, "cat-file", "-t", name)
    if known == 0 and kind.strip() != b"blob":
        return None
    raise GitProblem(complaint(err))


def is_dirty(repo: Path) -> bool:
    """Whether our files differ from HEAD.

    Compared by content: `git status` would run the filters that a repository configures.
    """
    try:
        return differs(repo, read_worktree(repo))
    except NotOurs:
        return differs(repo, ())


def differs(repo: Path, files: Iterable[RawFile], commit: str | None = None) -> bool:
    """Whether files differ from those of a commit, or of HEAD. Compared by content."""
    sha = commit or head_commit(repo)
    here = {raw.path: raw for raw in files if raw.mode != SYMLINK}
    if sha is None:
        return bool(here)
    there = {blob.path: blob for blob in tree(repo, sha) if blob.mode not in {SYMLINK, SUBMODULE}}
    return here.keys() != there.keys() or any(
        not _is_same(raw, there[path]) for path, raw in here.items()
    )


def _is_same(raw: RawFile, blob: Blob) -> bool:
    if raw.bytes > cap_of(raw.path):
        return raw.bytes == blob.size
    # Windows checks files out with its own line ends.
    forms = (raw.data, raw.data.replace(b"\r\n", b"\n"))
    return any(_name(data, blob) == blob.object for data in forms)


def _name(data: bytes, blob: Blob) -> str:
    """What git would call a blob of these bytes, in a repository where the other one is."""
    make = hashlib.sha1 if len(blob.object) == 40 else hashlib.sha256  # noqa: PLR2004 - hex digits
    return make(b"blob %d\x00" % len(data) + data).hexdigest()
