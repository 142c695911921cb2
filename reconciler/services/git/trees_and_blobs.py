"""Trees and the names of their blobs: the one reader of `git ls-tree`, and of tree objects."""

import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from reconciler.load.raw import (
    ATTRIBUTE_PATHS,
    ESCALATIONS,
    POLICY_PATH,
    ROSTER_PATH,
    SUBMODULE,
    SYMLINK,
    cap_of,
)
from reconciler.services.git.blob_contents import lacks
from reconciler.services.git.command import PATIENCE, GitProblem, must
from reconciler.services.git.objects import GitObject, UnansweredError, objects

OURS: Final = (ESCALATIONS, POLICY_PATH, ROSTER_PATH, *ATTRIBUTE_PATHS)
ABSENT: Final = -2
"""The size of a blob that this clone lacks."""
_TREE_BYTES: Final = 64 * 1024 * 1024
_TREES: Final = 4
"""How many commits' trees are kept. A commit never changes."""


class TreeEntry(NamedTuple):
    """What a tree has at a path."""

    mode: str
    object: str


class Blob(NamedTuple):
    """A file of ours in a tree."""

    path: str
    mode: str
    object: str
    size: int
    """Size in bytes; `ABSENT` if this clone lacks the blob."""

    @property
    def is_read(self) -> bool:
        """Whether its bytes are of interest: neither a link nor too large."""
        return self.mode not in {SYMLINK, SUBMODULE} and (
            self.is_absent or 0 <= self.size <= cap_of(self.path)
        )

    @property
    def is_absent(self) -> bool:
        """Whether this clone lacks its bytes."""
        return self.size == ABSENT


def tree(repo: Path, sha: str) -> tuple[Blob, ...]:
    """Our files as committed, for a commit by its full name."""
    place = repo.absolute()
    try:
        found = place.stat()
    except OSError as error:
        raise GitProblem(f"{repo} is not a folder.") from error
    try:
        return _tree(place, (found.st_dev, found.st_ino), sha)
    except _IncompleteError as incomplete:
        return incomplete.blobs


class _IncompleteError(Exception):
    """A tree whose blobs are not all in this clone yet. It is read again the next time."""

    def __init__(self, blobs: tuple[Blob, ...]) -> None:
        super().__init__()
        self.blobs = blobs


@lru_cache(_TREES)
def _tree(repo: Path, inode: tuple[int, int], sha: str) -> tuple[Blob, ...]:
    del inode  # a folder made anew is another one
    blobs = tuple(listing(repo, sha, "--", *OURS))
    if any(blob.is_absent for blob in blobs):
        raise _IncompleteError(blobs)
    return blobs


def listing(repo: Path, *arguments: str) -> Iterator[Blob]:
    """The files of a tree, those in its folders among them."""
    out = must(repo, "ls-tree", "-r", "-l", "-z", *arguments)
    for line in out.split(b"\x00"):
        head, tab, path = line.partition(b"\t")
        if tab:
            mode, _, name, size = head.decode("ascii").split()
            yield Blob(shown(path), mode, name, -1 if size == "-" else _size(size))


def _size(text: str) -> int:
    return ABSENT if text == "BAD" else int(text)


def path_in(commit: str, path: str, *, from_top: bool = False) -> str:
    """How git calls what a commit has at a path, from the repository's top or from `repo`."""
    return f"{commit}:{path}" if from_top else f"{commit}:./{path}"


def name_in_tree(repo: Path, commit: str, path: str, *, from_top: bool = False) -> str | None:
    """The name of the object that a commit has at a path, even if this clone lacks it.

    None if there is nothing. Raises GitProblem if this clone lacks a tree, and UnansweredError.
    """
    root = f"{commit}^{{tree}}"
    tree = _one(repo, root)
    if tree is None:
        raise lacks(root)
    if not from_top:
        tree = _one(repo, path_in(commit, ""))
    name = None
    for part in path.split("/"):
        if name is not None and (tree := _one(repo, name)) is None:
            raise lacks(name)
        entry = entries_in(tree).get(os.fsencode(part)) if tree and tree.kind == "tree" else None
        if entry is None:
            return None
        name = entry.object
    return name


def files_in(repo: Path, commit: str, folder: str) -> list[str]:
    """The paths of what is directly in a folder of a commit, from the repository's top."""
    try:
        found = _one(repo, path_in(commit, folder, from_top=True))
        names = entries_in(found) if found is not None and found.kind == "tree" else {}
    except UnansweredError:
        return [each.path for each in listing(repo, "--full-tree", commit, "--", folder)]
    return [f"{folder}/{shown(name)}" for name in names]


def _one(repo: Path, name: str) -> GitObject | None:
    (found,) = objects(repo, [name], _TREE_BYTES, PATIENCE)
    return found


def entries_in(tree: GitObject) -> dict[bytes, TreeEntry]:
    """What is directly in a tree, by the names of the files and folders."""
    if tree.data is None:
        raise UnansweredError
    found, at, width = {}, 0, len(tree.name) // 2
    while at < len(tree.data):
        end = tree.data.index(b"\0", at)
        mode, _, file = tree.data[at:end].partition(b" ")
        at = end + 1 + width
        # A tree object has no leading zero, and all output of git has one.
        found[file] = TreeEntry(mode.decode("ascii").zfill(6), tree.data[end + 1 : at].hex())
    return found


def tree_named(repo: Path, name: str) -> GitObject | None:
    """A tree of this clone; None if there is none of this name. Raises UnansweredError."""
    found = _one(repo, name)
    return found if found is not None and found.kind == "tree" else None


def shown(path: bytes) -> str:
    """A path as text, whatever its bytes are."""
    return path.decode("utf-8", "backslashreplace")
