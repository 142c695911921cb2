"""Whether the recorded admissions are those that the history of the main branch leads to."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

from reconciler.judge.admission import admissions, to_acknowledge
from reconciler.model.acknowledgement import Acknowledgement, Unacknowledged, Verdicts
from reconciler.model.audit import (
    AcknowledgementRecord,
    AdmissionRecord,
    AdmissionState,
    AuditFinding,
    AuditLine,
    Means,
)
from reconciler.model.timeline import Timeline
from reconciler.record.truth import MainLine

_MOST: Final = 50
"""How many moments are played through again, the latest first."""


def admission_findings(lines: Iterable[AuditLine], main: MainLine) -> Iterator[AuditFinding]:
    """Play the history through up to each recorded admission, the latest ones, and compare.

    Where a review acknowledges, the recorded acknowledgements are believed: `verify` is offline.
    """
    lines = list(lines)
    reviews = list(_reviews(lines))
    moments: dict[tuple[str, datetime], list[tuple[AuditLine, AdmissionRecord]]] = {}
    for line in lines:
        if isinstance(line.record, AdmissionRecord) and line.record.commit in main.positions:
            key = (line.record.commit, line.record.at)
            moments.setdefault(key, []).append((line, line.record))
    for commit, at in sorted(moments, key=lambda key: key[1])[-_MOST:]:
        timeline = _until(main.timeline, main.positions[commit], at)
        answer = admissions(timeline, at, _verdicts(timeline, reviews, at))
        for line, record in moments[commit, at]:
            right = answer.by_ticket.get(record.ticket)
            if right is None or right.held is not (record.state is AdmissionState.HELD):
                should = "over" if right is None else "held" if right.held else "admitted"
                yield AuditFinding(
                    "audit-admission",
                    f"{line.path}:{line.number}",
                    f"recorded as {record.state}; by the history of main it was {should}",
                    "Check main and its policy at that commit:"
                    f" git log --first-parent {commit[:12]}",
                )


def _reviews(lines: Iterable[AuditLine]) -> Iterator[AcknowledgementRecord]:
    for line in lines:
        record = line.record
        if isinstance(record, AcknowledgementRecord) and record.means is Means.REVIEW:
            yield record


def _verdicts(
    timeline: Timeline, reviews: Iterable[AcknowledgementRecord], at: datetime
) -> Verdicts:
    """What was known of acknowledgements at a moment: what was recorded by then, and no more."""
    found: Verdicts = {
        each.key: Unacknowledged("no run has recorded it") for each in to_acknowledge(timeline, at)
    }
    for each in reviews:
        if each.at <= at:
            moment = each.acknowledged_at or each.at
            found[each.ticket, each.brought_by] = Acknowledgement(
                each.by or "", moment, str(each.pull_request or ""), each.brought_by
            )
    return found


def _until(timeline: Timeline, position: int, at: datetime) -> Timeline:
    """The timeline as a run at that commit and moment had it."""
    commits = {
        commit.position: replace(commit, at=min(commit.at, at))
        for commit in timeline.commits
        if commit.position <= position
    }
    return replace(
        timeline,
        commits=tuple(commits.values()),
        versions=tuple(
            replace(each, commit=commits[each.commit.position])
            for each in timeline.versions
            if each.commit.position <= position
        ),
        policies=tuple(
            (commits[commit.position], policy)
            for commit, policy in timeline.policies
            if commit.position <= position
        ),
    )
