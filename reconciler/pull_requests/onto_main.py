"""What a pull request changes, on top of what main has now.

Its branch began at an older commit. By fields, and not by lines, its changes are put onto the
newest files: see `edit.rebase`. So another's update is not undone, and does not conflict.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciler.edit.rebase import rebased
from reconciler.edit.splice import EditRefusedError
from reconciler.edit.three_way import Contradiction
from reconciler.load.raw import REGULAR, FileKind, RawFile, kind_of


@dataclass(frozen=True)
class OntoMain:
    """The changed files as they would be after the merge."""

    files: Mapping[str, RawFile | None]
    """By path; None for those that would be gone."""
    spliced: frozenset[str] = frozenset()
    """Paths of files that are not as on the branch: main changed them too since it began, or a
    reviewer asked for a change."""
    contradictions: Mapping[str, tuple[Contradiction, ...]] = field(default_factory=dict)
    """By path, fields that both changed to different values."""
    refused: Mapping[str, str] = field(default_factory=dict)
    """By path, why its changes could not be put onto the newest version."""


def onto_main(
    base: Mapping[str, RawFile],
    proposed: Mapping[str, RawFile | None],
    newest: Mapping[str, RawFile],
) -> OntoMain:
    """Put the changed files of a pull request onto main.

    `base` has the files where its branch began. A file that cannot be put onto main stays as the
    pull request has it. One that contradicts main has the pull request's values of those fields,
    so that it is judged by what it wants, and not by what others changed meanwhile.
    """
    files = dict(proposed)
    contradictions: dict[str, tuple[Contradiction, ...]] = {}
    refused: dict[str, str] = {}
    spliced: set[str] = set()
    for path, raw in proposed.items():
        old, new = base.get(path), newest.get(path)
        if kind_of(path) is not FileKind.ESCALATION or _bytes(new) in {_bytes(old), _bytes(raw)}:
            continue
        if any(each is not None and each.mode != REGULAR for each in (raw, new)):
            continue
        three = [_bytes(each) for each in (old, raw, new)]
        try:
            found = rebased(path, *three)
            wanted = found if isinstance(found, bytes) else rebased(path, *three, decided=True)
        except EditRefusedError as error:
            refused[path] = str(error)
            continue
        if isinstance(wanted, bytes):
            files[path] = RawFile(path, wanted)
        if isinstance(found, bytes):
            spliced.add(path)
        else:
            contradictions[path] = found
    return OntoMain(files, frozenset(spliced), contradictions, refused)


def _bytes(raw: RawFile | None) -> bytes:
    return raw.data if raw is not None else b""
