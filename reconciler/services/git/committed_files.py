"""Our files as committed, and whether other files differ from them."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from reconciler.load.raw import CONFIG_BYTES, SUBMODULE, SYMLINK, RawFile, cap_of
from reconciler.services.git.blob_contents import contents, lacks
from reconciler.services.git.command import PATIENCE, GitProblem, git
from reconciler.services.git.commits import head_commit, known_commit, resolve
from reconciler.services.git.objects import UnansweredError, objects
from reconciler.services.git.trees_and_blobs import (
    Blob,
    listing,
    name_in_tree,
    path_in,
    tree,
)
from reconciler.services.git.work_tree import NotOurs, read_worktree

_MOST_BYTES: Final = 128 * 1024 * 1024


def read_revision(repo: Path, ref: str, known: Iterable[RawFile] = ()) -> list[RawFile]:
    """Read policy, roster and everything under escalations/ as committed, in order of path.

    What has the same bytes in a known file of the same path is taken from there.
    """
    blobs = tree(repo, resolve(repo, ref))
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
    """A file as committed; None if there is none, or if it is too large to be read.

    Raises GitProblem if this clone lacks it.
    """
    commit = known_commit(repo, ref)
    return files_at(repo, commit, [path], CONFIG_BYTES).get(path) if commit else None


def files_at(
    repo: Path, commit: str, paths: Sequence[str], cap: int, *, from_top: bool = False
) -> Mapping[str, bytes | None]:
    """Files of a commit, without those that are not there. None for what is larger than the cap.

    The paths are those below `repo`, or `from_top` of the repository. Raises GitProblem if this
    clone lacks a file.
    """
    try:
        return dict(_files_at(repo, commit, paths, cap, from_top=from_top))
    except UnansweredError:
        options = ("--full-tree",) if from_top else ()
        names = {each.path: each.object for each in listing(repo, *options, commit, "--", *paths)}
        names = {path: names[path] for path in paths if path in names}
        data = dict(contents(repo, set(names.values()), cap))
        return {path: data[name] for path, name in names.items()}


def _files_at(
    repo: Path, commit: str, paths: Sequence[str], cap: int, *, from_top: bool
) -> Iterator[tuple[str, bytes | None]]:
    asked = (path_in(commit, path, from_top=from_top) for path in paths)
    for path, found in zip(paths, objects(repo, asked, cap, PATIENCE), strict=True):
        if found is None:
            name = name_in_tree(repo, commit, path, from_top=from_top)
            if name is not None:
                raise lacks(name)
        elif found.kind == "blob":
            yield path, found.data


def object_at(repo: Path, ref: str, path: str) -> str | None:
    """The name of what a commit has at a path below `repo`; None if there is nothing."""
    commit = known_commit(repo, ref)
    if commit is None:
        return None
    asked = path_in(commit, path)
    try:
        (found,) = objects(repo, [asked], 0, PATIENCE)
        return found.name if found else name_in_tree(repo, commit, path)
    except UnansweredError:
        code, out, _ = git(repo, "rev-parse", "--verify", "--quiet", "--end-of-options", asked)
        return out.decode("ascii").strip() if code == 0 else None


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
