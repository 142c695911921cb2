"""Whether the audit records agree with the main branch, and with each other."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from reconciler.model.audit import (
    AcknowledgementRecord,
    AuditFinding,
    AuditLine,
    ChangeRecord,
    OutcomeRecord,
    Record,
)
from reconciler.model.audit_branch import PATH
from reconciler.model.outcome import Result
from reconciler.model.timeline import Timeline

_SIDE_BY_SIDE: Final = timedelta(hours=1)
"""How much earlier than the line before it a line may be: runs overlap."""
_FORGED: Final = "No run wrote this. Find out who did: git log --first-parent audit -- "


@dataclass(frozen=True)
class MainLine:
    """The main branch, as far as records speak of it."""

    timeline: Timeline
    ancestors: frozenset[str]
    """Every commit that the main branch includes."""
    positions: Mapping[str, int] = field(default_factory=dict)
    """Place of each commit on the first-parent line."""
    arrived: Mapping[str, int] = field(default_factory=dict)
    """Place of the commit that brought each ticket."""


def main_line(timeline: Timeline, ancestors: Iterable[str]) -> MainLine:
    """The main branch from its timeline and its commits."""
    return MainLine(
        timeline,
        frozenset(ancestors),
        {commit.sha: commit.position for commit in timeline.commits},
        {ticket: events[0].commit.position for ticket, events in timeline.events.items() if events},
    )


def truth_findings(lines: Iterable[AuditLine], main: MainLine) -> Iterator[AuditFinding]:
    """Everything that no honest run would have written."""
    by_path: dict[str, list[AuditLine]] = {}
    for line in lines:
        by_path.setdefault(line.path, []).append(line)
    for path, mine in by_path.items():
        for line in mine:
            yield from _line(line, main)
        # What no run wrote is reported by its seal, and says nothing about the order of runs.
        recorded = [
            (line.number, line.record) for line in mine if line.record is not None and line.believed
        ]
        yield from _order(path, recorded)
        yield from _counts(path, recorded)


def _line(line: AuditLine, main: MainLine) -> Iterator[AuditFinding]:
    where, record = f"{line.path}:{line.number}", line.record
    remedy = f"{_FORGED}{line.path}"
    if record is None:
        yield AuditFinding("audit-line", where, "not a record of a known form", remedy)
        return
    named = PATH.fullmatch(line.path)
    if named is None or named["ticket"] != record.ticket:
        yield AuditFinding("audit-ticket", where, f"a record of {record.ticket}", remedy)
    if record.commit not in main.ancestors:
        what = f"commit {record.commit[:12]} is not part of the main branch"
        advice = "Fetch the main branch, or find out who rewrote it. If neither: "
        yield AuditFinding("audit-commit", where, what, advice + remedy)
    elif record.ticket not in main.arrived:
        what = f"no file of {record.ticket} was ever on the main branch"
        yield AuditFinding("audit-unknown", where, what, remedy)
    elif (
        main.positions.get(record.commit, main.arrived[record.ticket]) < main.arrived[record.ticket]
    ):
        what = f"{record.ticket} was not on the main branch at commit {record.commit[:12]}"
        yield AuditFinding("audit-unknown", where, what, remedy)
    if isinstance(record, AcknowledgementRecord) and record.brought_by not in main.ancestors:
        what = f"commit {record.brought_by[:12]} is not part of the main branch"
        yield AuditFinding("audit-commit", where, what, remedy)


def _order(path: str, recorded: Sequence[tuple[int, Record]]) -> Iterator[AuditFinding]:
    """Later lines tell of later runs, and the lines of a run stand together."""
    over: set[str] = set()
    former: Record | None = None
    for number, record in recorded:
        where = f"{path}:{number}"
        if former is not None and record.group != former.group:
            over.add(former.group)
        if record.group in over:
            what = f"run {record.run} continues after another run had begun"
            yield AuditFinding("audit-order", where, what, f"{_FORGED}{path}")
        elif former and not record.late and record.at < former.at - _SIDE_BY_SIDE:
            what = "earlier than the line before it"
            yield AuditFinding("audit-order", where, what, f"{_FORGED}{path}")
        if former is None or not record.late:
            former = record
        else:
            former = record.model_copy(update={"at": former.at})


def _counts(path: str, recorded: Sequence[tuple[int, Record]]) -> Iterator[AuditFinding]:
    """A run's outcome counts exactly its changes, and is its last word."""
    changes: dict[str, Counter[Result]] = {}
    closed: dict[str, int] = {}
    last: dict[str, int] = {}
    for number, record in recorded:
        last[record.group] = number
        if record.group in closed:
            what = f"run {record.run} had already recorded its outcome"
            yield AuditFinding("audit-order", f"{path}:{number}", what, f"{_FORGED}{path}")
        elif isinstance(record, ChangeRecord):
            changes.setdefault(record.group, Counter())[record.result] += 1
        elif isinstance(record, OutcomeRecord):
            closed[record.group] = number
            counted = {result: getattr(record, result) for result in Result}
            if counted != {
                result: changes.get(record.group, Counter())[result] for result in Result
            }:
                what = f"the outcome of run {record.run} does not count its changes"
                yield AuditFinding("audit-count", f"{path}:{number}", what, f"{_FORGED}{path}")
    for run in changes:
        if run not in closed:
            what = f"run {run} has changes and no outcome"
            yield AuditFinding("audit-count", f"{path}:{last[run]}", what, f"{_FORGED}{path}")
