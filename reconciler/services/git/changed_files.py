"""What a commit changes in our files: the list first, and the bytes when they have been fetched."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reconciler.load.raw import CONFIG_BYTES, SUBMODULE, FileKind, RawFile, kind_of
from reconciler.services.git.blob_contents import contents, sizes
from reconciler.services.git.committed_files import refuse_too_many_bytes
from reconciler.services.git.objects import UnansweredError
from reconciler.services.git.tree_differences import differences
from reconciler.services.git.trees_and_blobs import ABSENT, OURS, Blob, shown, tree


@dataclass(frozen=True)
class ChangedFiles:
    """Our files that a commit has and another one does not have, or not like this."""

    base: str
    """The commit that it is compared with."""
    head: str
    blobs: tuple[Blob, ...]
    gone: frozenset[str]
    """Paths that the commit lacks."""

    @property
    def escalations(self) -> tuple[str, ...]:
        """Paths of the new and changed escalations, in order."""
        paths = (blob.path for blob in self.blobs)
        return tuple(sorted(path for path in paths if kind_of(path) is FileKind.ESCALATION))

    @property
    def absent(self) -> frozenset[str]:
        """Names of the blobs that are read and that this clone lacks."""
        return frozenset(blob.object for blob in self.blobs if blob.is_read and blob.is_absent)


def changed_files(repo: Path, base: str, head: str) -> ChangedFiles:
    """What a commit changes. Both commits are given by their full names.

    Only trees are read, so that the blobs can be absent.
    """
    try:
        blobs, gone = _compare(repo, base, head)
    except UnansweredError:
        blobs, gone = _listed(repo, base, head)
    return ChangedFiles(base, head, tuple(blobs), frozenset(gone))


def _compare(repo: Path, base: str, head: str) -> tuple[list[Blob], list[str]]:
    """The changed files and the paths that are gone, from the trees that differ."""
    found = sorted(differences(repo, base, head, OURS))
    changed = {each.path: each.after for each in found if each.after is not None}
    names = {each.object for each in changed.values() if each.mode != SUBMODULE}
    here = sizes(repo, names)
    blobs = [
        Blob(shown(path), *each, -1 if each.mode == SUBMODULE else here.get(each.object, ABSENT))
        for path, each in changed.items()
    ]
    return blobs, [shown(each.path) for each in found if each.after is None]


def _listed(repo: Path, base: str, head: str) -> tuple[list[Blob], list[str]]:
    """The same, from the list of all files of both commits."""
    before, after = ({blob.path: blob for blob in tree(repo, sha)} for sha in (base, head))
    changed = [blob for path, blob in after.items() if not _is_same(before.get(path), blob)]
    return changed, [path for path in before if path not in after]


def _is_same(before: Blob | None, after: Blob) -> bool:
    return before is not None and (before.mode, before.object) == (after.mode, after.object)


def read_changed(repo: Path, changed: ChangedFiles) -> Mapping[str, RawFile | None]:
    """The changed files by path; None for those that are gone. Raises GitProblem.

    A blob is read once, however many paths lead to it. What is too large comes without its bytes.
    """
    found_sizes = sizes(repo, changed.absent)
    blobs = [
        blob._replace(size=found_sizes.get(blob.object, blob.size)) if blob.is_absent else blob
        for blob in changed.blobs
    ]
    wanted = {blob.object: blob.size for blob in blobs if blob.is_read}
    refuse_too_many_bytes(changed.head[:12], wanted.values())
    data = dict(contents(repo, wanted, CONFIG_BYTES))
    found: dict[str, RawFile | None] = dict.fromkeys(changed.gone)
    for blob in blobs:
        size = -1 if blob.is_read else blob.size
        found[blob.path] = RawFile(blob.path, data.get(blob.object) or b"", blob.mode, size)
    return found
