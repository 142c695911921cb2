"""Whether the audit branch only ever grew."""

from collections.abc import Iterable, Iterator
from typing import Final

from reconciler.model.audit import AuditFinding
from reconciler.model.audit_branch import PATH, Shape, Step, Tips
from reconciler.model.consent_line import PATH as CONSENT_PATH
from reconciler.model.lease import PATH as LEASE_PATH

_REGULAR: Final = "100644"
_SHA: Final = 12
_RESTORE: Final = (
    "Find out who changed the branch (git reflog, GitHub's log of pushes). Then push the "
    "branch of an older clone."
)
_KEPT: Final = (
    "What was seen is kept: git log refs/escalate/audit-seen. Forbid force pushes and deletion of"
    " the branch on the forge."
)


def shape_findings(commits: Iterable[Shape]) -> Iterator[AuditFinding]:
    """One root, no merges."""
    roots = 0
    for each in commits:
        if not each.parents:
            roots += 1
        if roots > 1 and not each.parents:
            yield AuditFinding(
                "audit-root", each.commit[:_SHA], "the branch has more than one root", _RESTORE
            )
        if len(each.parents) > 1:
            yield AuditFinding(
                "audit-merge",
                each.commit[:_SHA],
                "a merge: runs only ever add to the tip",
                _RESTORE,
            )


def growth_findings(steps: Iterable[Step]) -> Iterator[AuditFinding]:
    """Audit files only grow: nothing is removed, renamed, or different from what it was before."""
    for step in steps:
        where = f"{step.commit[:_SHA]} {step.path}"
        if step.status == "D":
            yield AuditFinding("audit-deleted", where, "a file was removed or renamed", _RESTORE)
        elif LEASE_PATH.fullmatch(step.path) and step.mode == _REGULAR:
            continue  # each lease replaces the one before
        elif not _is_written_by_runs(step.path) or step.mode != _REGULAR:
            yield AuditFinding(
                "audit-foreign", where, "not a file that a run writes", "Find out who added it."
            )
        elif not step.after.startswith(step.before):
            yield AuditFinding("audit-edited", where, _difference(step), _RESTORE)
        elif not step.after.endswith(b"\n") or (step.before and not step.before.endswith(b"\n")):
            yield AuditFinding("audit-cut", where, "the last line is not complete", _RESTORE)


def _is_written_by_runs(path: str) -> bool:
    return PATH.fullmatch(path) is not None or CONSENT_PATH.fullmatch(path) is not None


def _difference(step: Step) -> str:
    pairs = zip(step.before.split(b"\n"), step.after.split(b"\n"), strict=False)
    number = next((at for at, (old, new) in enumerate(pairs, start=1) if old != new), 0)
    return f"line {number} is not what it was" if number else "lines were taken away"


def tip_findings(tips: Tips, name: str, contains: Iterable[str]) -> Iterator[AuditFinding]:
    """Whether the branch still has what this clone saw.

    `contains` are the tips that the branch, as it is now, includes.
    """
    included = set(contains)
    if not tips.now and tips.seen:
        what = f"the branch is gone; this clone saw {tips.seen[:12]}"
        yield AuditFinding("audit-vanished", name, what, _KEPT)
    elif not tips.now:
        what = "there is no audit branch"
        yield AuditFinding("audit-missing", name, what, "Record runs with: apply --record")
    elif tips.seen and tips.seen not in included:
        what = (
            f"{tips.now[:12]} does not build on {tips.seen[:12]}, which this clone saw:"
            " rewritten or cut short"
        )
        yield AuditFinding("audit-rewritten", name, what, _KEPT)
    if tips.now and tips.here and tips.here not in included:
        what = f"{tips.here[:12]} of this clone is not in {name}"
        remedy = f"Runs without a remote wrote it, or {name} was rewritten: git log {name}..audit"
        yield AuditFinding("audit-diverged", "audit", what, remedy)
