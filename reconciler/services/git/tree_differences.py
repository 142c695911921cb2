"""Which files two commits have in common and which not, found by reading the trees that differ.

The process that is open answers, so that it costs no start of git, however many commits are
compared. Only trees are read: the blobs can be absent.
"""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from reconciler.services.git.objects import UnansweredError
from reconciler.services.git.trees_and_blobs import TreeEntry, entries_in, path_in, tree_named

_FOLDER: Final = "040000"
_MOST: Final = 400
"""How many trees are read for one comparison. Above that, one command is faster."""


class TreeDifference(NamedTuple):
    """A file that two commits do not have alike."""

    path: bytes
    before: TreeEntry | None
    after: TreeEntry | None


def differences(
    repo: Path, before: str, after: str, ours: Collection[str] | None = None
) -> Iterator[TreeDifference]:
    """The files that differ: those at or below paths of `repo`, or all of the whole repository.

    Raises UnansweredError if this clone lacks a tree, or if too many trees differ.
    """
    paths = None if ours is None else frozenset(each.encode() for each in ours)
    folders = [_folder(repo, each, from_top=ours is None) for each in (before, after)]
    yield from _Comparison(repo, paths).files(*folders)


def _folder(repo: Path, commit: str, *, from_top: bool) -> TreeEntry | None:
    if tree_named(repo, f"{commit}^{{tree}}") is None:
        raise UnansweredError
    found = tree_named(repo, path_in(commit, "", from_top=from_top))
    return TreeEntry(_FOLDER, found.name) if found else None


class _Comparison:
    """Reads trees from two commits, side by side."""

    def __init__(self, repo: Path, ours: frozenset[bytes] | None) -> None:
        self._repo = repo
        self._ours = ours
        self._left = _MOST

    def files(self, one: TreeEntry | None, other: TreeEntry | None) -> Iterator[TreeDifference]:
        """The files that differ in two folders."""
        waiting = [TreeDifference(b"", one, other)]
        while waiting:
            path, *folders = waiting.pop()
            before, after = (self._entries(each) for each in folders)
            for name in sorted(before.keys() | after.keys()):
                found = TreeDifference(path + name, before.get(name), after.get(name))
                if found.before == found.after or not self._matters(found.path):
                    continue
                if _FOLDER in {each.mode for each in found[1:] if each is not None}:
                    waiting.append(TreeDifference(found.path + b"/", *map(_if_folder, found[1:])))
                file = TreeDifference(found.path, *map(_if_file, found[1:]))
                if file.before or file.after:
                    yield file

    def _entries(self, folder: TreeEntry | None) -> dict[bytes, TreeEntry]:
        if folder is None:
            return {}
        self._left -= 1
        found = tree_named(self._repo, folder.object) if self._left >= 0 else None
        if found is None:
            raise UnansweredError
        return entries_in(found)

    def _matters(self, path: bytes) -> bool:
        """True if something of interest can be at or below a path."""
        return self._ours is None or any(
            path == each or path.startswith(each + b"/") or each.startswith(path + b"/")
            for each in self._ours
        )


def _if_folder(entry: TreeEntry | None) -> TreeEntry | None:
    return entry if entry is not None and entry.mode == _FOLDER else None


def _if_file(entry: TreeEntry | None) -> TreeEntry | None:
    return entry if entry is not None and entry.mode != _FOLDER else None
