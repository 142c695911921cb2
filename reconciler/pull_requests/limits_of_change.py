"""Admission of escalations that are not merged, with the history if it is needed."""

from collections.abc import Collection, Iterator
from datetime import datetime, time, tzinfo
from functools import partial
from pathlib import Path

from reconciler.history.admit import admissions
from reconciler.history.admit_if_merged import (
    NOTHING_MET,
    OFFLINE,
    AdmissionsIfMerged,
    ProposedFiles,
    as_merged,
)
from reconciler.history.far_from_limits import Touched, needs_replay
from reconciler.history.remaining_capacity import day_of
from reconciler.load.raw import POLICY_PATH, FileKind, RawFile, kind_of, ticket_of
from reconciler.load.snapshot import Loaded
from reconciler.model.acknowledgement import Reviews
from reconciler.model.admission import Decision
from reconciler.model.snapshot import Snapshot
from reconciler.reconcile.effective import brought_up_to_date
from reconciler.services.git.committed_files import differs
from reconciler.services.git.main_line import touched_since
from reconciler.services.git.timeline import read_timeline


def limits_of_change(  # noqa: PLR0913, PLR0917 - what there was, what there is, and when
    repo: Path,
    commit: str,
    now: datetime,
    snapshots: tuple[Snapshot, Snapshot],
    loaded: Loaded,
    changed: Collection[str],
    present: Collection[str],
    reviews: Reviews | None = None,
) -> AdmissionsIfMerged:
    """What the limits make of a change of the files of a commit.

    `books` are those of the base and of the change, by the policy and roster of the base.
    `present` are the paths of the files that were read. `reviews` are asked only if the answer
    depends on them; without them it is unknown then.
    """
    base, ours = snapshots
    today = partial(_touched_today, repo, commit, now, ours.policy.zone)
    if not needs_replay(base, ours, changed, present, today):
        return NOTHING_MET
    change = _proposed(loaded, changed, present)
    timeline = read_timeline(repo, commit, now)
    offline = as_merged(timeline, change, now, otherwise=OFFLINE)
    if reviews is None or not _depends_on_reviews(offline, changed):
        return offline
    return as_merged(timeline, change, now, reviews(timeline), OFFLINE)


def _depends_on_reviews(offline: AdmissionsIfMerged, changed: Collection[str]) -> bool:
    """True if a changed escalation cannot be decided from the files alone."""
    answers = (offline.after.by_ticket.get(ticket_of(path)) for path in changed)
    return any(each is not None and each.decision is Decision.UNKNOWN for each in answers)


def limits_of_tree(
    repo: Path, now: datetime, snapshot: Snapshot, files: Collection[RawFile], commit: str
) -> AdmissionsIfMerged:
    """What the limits make of files: of those on the line of a commit, and of the rest on top."""
    present = {raw.path for raw in files}
    today = partial(_touched_today, repo, commit, now, snapshot.policy.zone)
    if not needs_replay(None, snapshot, (), present, today) and not differs(repo, files, commit):
        return NOTHING_MET
    timeline = brought_up_to_date(read_timeline(repo, commit, now), snapshot, present, now)
    return AdmissionsIfMerged(after=admissions(timeline, now, otherwise=OFFLINE))


def _touched_today(repo: Path, commit: str, now: datetime, zone: tzinfo) -> Iterator[Touched]:
    midnight = datetime.combine(day_of(now, zone), time.min, zone)
    for touch in touched_since(repo, commit, now, midnight):
        if touch.kind is FileKind.ESCALATION:
            yield Touched(touch.path, changed=touch.status == "M")


def _proposed(loaded: Loaded, changed: Collection[str], present: Collection[str]) -> ProposedFiles:
    said = {entry.source.path: entry.escalation for entry in loaded.entries}
    ours = [path for path in changed if kind_of(path) is FileKind.ESCALATION]
    return ProposedFiles(
        files={path: said.get(path) for path in ours if path in present},
        gone=frozenset(path for path in ours if path not in present),
        policy=loaded.policy if POLICY_PATH in changed else None,
    )
