"""What a merge of a pull request would do to the files of the main branch.

GitHub merges lines. Where the main branch has changed a file of the pull request meanwhile, the
tool merges the fields instead (`onto_main`), so that what is merged is what was judged.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from reconciler.load.raw import FileKind, kind_of
from reconciler.pull_requests.onto_main import OntoMain
from reconciler.services.git.merge_bases import all_changes, merge_bases
from reconciler.services.git.trees_and_blobs import TreeEntry


@dataclass(frozen=True)
class MergePreview:
    """What a pull request brings to the main branch as it is now."""

    changes: Mapping[str, TreeEntry | None] = field(default_factory=dict)
    """Every file that it changes; None for one that it removes."""
    spliced: Mapping[str, bytes] = field(default_factory=dict)
    """Files that are pushed before the merge: the main branch changed them as well, or a reviewer
    asked for a change."""
    is_behind: bool = False
    """True if the main branch has commits that the pull request lacks."""
    obstacle: str = ""
    """Why the two can't be merged, in words; empty if they can."""

    @property
    def elsewhere(self) -> tuple[str, ...]:
        """Paths of the changed files that are no escalations."""
        return tuple(
            sorted(path for path in self.changes if kind_of(path) is not FileKind.ESCALATION)
        )


def preview_merge(repo: Path, main: str, head: str, onto: OntoMain) -> MergePreview:
    """Work out the merge of a commit into the main branch. Raises GitProblem.

    `onto` are the files of the pull request on top of the main branch.
    """
    bases = merge_bases(repo, main, head)
    if len(bases) != 1:
        why = "has no common history with main" if not bases else "was merged with main crosswise"
        return MergePreview(obstacle=f"its branch {why}")
    (base,) = bases
    changes = all_changes(repo, base, head)
    theirs = all_changes(repo, base, main) if base != main else {}
    spliced: dict[str, bytes] = {}
    for path in sorted(changes.keys() & theirs.keys()):
        if changes[path] == theirs[path] or kind_of(path) is not FileKind.ESCALATION:
            continue  # other files are merged by people
        raw = onto.files.get(path)
        if path not in onto.spliced or raw is None:
            return MergePreview(changes, is_behind=True, obstacle=_why(path, onto))
        spliced[path] = raw.data
    for path in onto.spliced - spliced.keys():  # what a command of a reviewer asks for
        if (raw := onto.files.get(path)) is not None:
            spliced[path] = raw.data
    return MergePreview(changes, spliced, is_behind=base != main)


def _why(path: str, onto: OntoMain) -> str:
    """Why a file that both sides changed can't have the changes of both."""
    if path in onto.refused:
        return onto.refused[path]
    names = [".".join(map(str, each.loc)) for each in onto.contradictions.get(path, ()) if each.loc]
    if names:
        return f"{path}: main has another value of {', '.join(names)} now"
    return f"{path} was added, moved or removed on main as well"
