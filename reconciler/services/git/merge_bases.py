"""Where two commits departed from each other, and which files each has changed since.

Only commits and trees are read, so that the blobs can be absent.
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from reconciler.services.git.command import git, must
from reconciler.services.git.commit_objects import nearby_base
from reconciler.services.git.objects import UnansweredError
from reconciler.services.git.tree_differences import differences
from reconciler.services.git.trees_and_blobs import TreeEntry

_GONE = "000000"


def merge_bases(repo: Path, one: str, other: str) -> tuple[str, ...]:
    """The best common ancestors; several if the branches were merged crosswise, none if apart."""
    with suppress(UnansweredError):
        return (nearby_base(repo, one, other),)
    _, out, _ = git(repo, "merge-base", "--all", one, other)
    return tuple(out.decode("ascii").split())


def all_changes(repo: Path, before: str, after: str) -> Mapping[str, TreeEntry | None]:
    """Every file of the whole repository that differs in `after`; None if it is gone there.

    Paths are those from the top of the repository, whatever they are.
    """
    with suppress(UnansweredError):
        found = differences(repo, before, after)
        return {os.fsdecode(each.path): each.after for each in found}
    return _listed(repo, before, after)


def _listed(repo: Path, before: str, after: str) -> Mapping[str, TreeEntry | None]:
    out = must(repo, "diff-tree", "-r", "-z", "--no-renames", before, after)
    words = out.split(b"\0")[:-1]
    found: dict[str, TreeEntry | None] = {}
    for head, path in zip(words[::2], words[1::2], strict=True):
        _, mode, _, name, _ = head.decode("ascii").lstrip(":").split()
        found[os.fsdecode(path)] = None if mode == _GONE else TreeEntry(mode, name)
    return found
