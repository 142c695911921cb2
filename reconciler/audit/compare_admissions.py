"""Whether the recorded admissions are those that the history of the main branch leads to."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

from reconciler.audit.compare_with_main import MainLine
from reconciler.history.admit import admissions, to_acknowledge
from reconciler.model.acknowledgement import (
    Acknowledgement,
    Unacknowledged,
    Unread,
    Verdict,
    Verdicts,
)
from reconciler.model.admission import Admissions, Decision
from reconciler.model.audit import (
    AcknowledgementRecord,
    AdmissionRecord,
    AdmissionState,
    AuditFinding,
    AuditLine,
)
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.policy import AcknowledgementMeans
from reconciler.model.timeline import Timeline

_MOST: Final = 50
"""How many moments are played through again, the latest first."""
_UNRECORDED: Final = Unacknowledged("no run has recorded it")
_UNREAD: Final = Unread(Diagnostic("acknowledgement", "it could not be read", ""))


def admission_findings(
    lines: Iterable[AuditLine], main: MainLine, known: Collection[str] = ()
) -> Iterator[AuditFinding]:
    """Play the history through up to each recorded admission, the latest ones, and compare.

    Where a review acknowledges, the recorded acknowledgements are believed: `verify` is offline.
    `known` are places (`FILE:LINE`) that the user excuses: older versions recorded a decision
    while the acknowledgement could not be read. A line that this does not explain is a finding.
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
        answer = admissions(timeline, at, _verdicts(timeline, reviews, at, _UNRECORDED))
        wrong = [each for each in moments[commit, at] if not _agrees(each[1], answer)]
        if not wrong:
            continue
        doubt = admissions(timeline, at, _verdicts(timeline, reviews, at, _UNREAD))
        for line, record in wrong:
            where, excusable = f"{line.path}:{line.number}", _is_unknown(record, doubt)
            if not (excusable and where in known):
                yield _finding(where, record, answer, excusable=excusable)


def _agrees(record: AdmissionRecord, answer: Admissions) -> bool:
    right = answer.by_ticket.get(record.ticket)
    return right is not None and right.held is (record.state is AdmissionState.HELD)


def _is_unknown(record: AdmissionRecord, answer: Admissions) -> bool:
    right = answer.by_ticket.get(record.ticket)
    return right is not None and right.decision is Decision.UNKNOWN


def _finding(
    where: str, record: AdmissionRecord, answer: Admissions, *, excusable: bool
) -> AuditFinding:
    right = answer.by_ticket.get(record.ticket)
    should = "over" if right is None else right.decision
    remedy = (
        f"Check main and its policy at that commit: git log --first-parent {record.commit[:12]}"
    )
    if excusable:
        remedy += (
            ". An older version writes such a line if it cannot read the acknowledgement. "
            f"If the log of run {record.run} shows that, accept the line with --known "
            f"{where}"
        )
    return AuditFinding(
        "audit-admission",
        where,
        f"recorded as {record.state}; by the history of main it was {should}",
        remedy,
    )


def _reviews(lines: Iterable[AuditLine]) -> Iterator[AcknowledgementRecord]:
    for line in lines:
        record = line.record
        if (
            isinstance(record, AcknowledgementRecord)
            and record.means is AcknowledgementMeans.REVIEW
        ):
            yield record


def _verdicts(
    timeline: Timeline,
    reviews: Iterable[AcknowledgementRecord],
    at: datetime,
    unrecorded: Verdict,
) -> Verdicts:
    """What was known of acknowledgements at a moment: what was recorded by then, and no more."""
    found: Verdicts = {each.key: unrecorded for each in to_acknowledge(timeline, at)}
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
