"""The history of escalations from the main line and the audit branch, by time."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Protocol

from reconciler.model.audit import (
    AcknowledgementRecord,
    AdmissionRecord,
    AuditLine,
    ChangeRecord,
    OutcomeRecord,
    Record,
)
from reconciler.model.escalation_history import (
    Admitted,
    AgreementMark,
    Detail,
    EscalationHistory,
    Failure,
    Intent,
    Ran,
    RecordedAcknowledgement,
)
from reconciler.model.outcome import Result
from reconciler.model.phase import phase
from reconciler.model.timeline import Event, Timeline

_VERIFY: Final = "Run: escalate history --verify"


class AgreedEvents(Protocol):
    """What of the main line is agreed."""

    @property
    def timeline(self) -> Timeline:
        """The main line with agreed changes only."""

    def of(self, event: Event) -> AgreementMark:
        """Whether an event is agreed."""


def history_of(
    ticket: str,
    timeline: Timeline,
    lines: Iterable[AuditLine],
    zone: str,
    agreement: AgreedEvents | None = None,
) -> EscalationHistory:
    """Everything about one ticket. Without `agreement`, no change is marked as not agreed."""
    lines = list(lines)
    intents = list(_intents(timeline.events.get(ticket, ()), agreement))
    runs = list(_runs(lines))
    counting = agreement.timeline if agreement else timeline
    mine = [each for each in counting.versions if each.ticket == ticket]
    version = mine[-1] if mine else None
    last = next((each for each in reversed(mine) if each.escalation), None)
    state = ""
    if last is not None and last.escalation is not None:
        state = str(phase(last.escalation))
    if version is not None and version.gone:
        state = "its file is gone"
    return EscalationHistory(
        ticket=ticket,
        title=last.escalation.title if last and last.escalation else "",
        state=_held(runs, state),
        path=version.path if version else "",
        time_zone=zone,
        moments=_by_time([*intents, *runs]),
        notes=_notes(lines),
    )


def lately(
    timeline: Timeline,
    lines: Iterable[AuditLine],
    zone: str,
    limit: int,
    agreement: AgreedEvents | None = None,
) -> EscalationHistory:
    """The latest of everything."""
    lines = list(lines)
    intents = [each for events in timeline.events.values() for each in _intents(events, agreement)]
    by_path: dict[str, list[AuditLine]] = {}
    for line in lines:
        by_path.setdefault(line.path, []).append(line)
    runs = [each for mine in by_path.values() for each in _runs(mine)]
    moments = _by_time([*intents, *runs])
    kept = moments[max(len(moments) - limit, 0) :]
    return EscalationHistory(
        ticket=None,
        time_zone=zone,
        moments=kept,
        left_out=len(moments) - len(kept),
        notes=_notes(lines),
    )


def with_proposers(history: EscalationHistory, proposers: Mapping[str, str]) -> EscalationHistory:
    """The history with who proposed each commit, where that is known."""
    moments = tuple(
        each.model_copy(update={"proposed_by": proposers.get(each.commit, "")})
        if isinstance(each, Intent)
        else each
        for each in history.moments
    )
    return history.model_copy(update={"moments": moments})


def with_notes(history: EscalationHistory, notes: Iterable[str]) -> EscalationHistory:
    """The history with more notes."""
    return history.model_copy(update={"notes": (*history.notes, *notes)})


def _notes(lines: Iterable[AuditLine]) -> tuple[str, ...]:
    lines = list(lines)
    unread = sum(line.record is None for line in lines)
    doubtful = sum(not line.believed for line in lines)
    notes = (
        f"{unread} line(s) of the audit branch can't be read. {_VERIFY}" if unread else "",
        f"{doubtful} line(s) of the audit branch have no valid seal. {_VERIFY}" if doubtful else "",
    )
    return tuple(note for note in notes if note)


def _held(runs: list[Ran], state: str) -> str:
    """The phase that the file tells, unless the last word on admission is that it is held."""
    recorded = [run.admission for run in runs if run.admission is not None and run.believed]
    active = state in {"acknowledged", "assigned"}
    return "held" if active and recorded and recorded[-1].state == "held" else state


def _by_time(moments: list[Intent | Ran]) -> tuple[Intent | Ran, ...]:
    """Oldest first; of equal times, what was intended before what was done."""
    return tuple(sorted(moments, key=lambda each: (each.at, isinstance(each, Ran))))


def _intents(events: Iterable[Event], agreement: AgreedEvents | None) -> Iterator[Intent]:
    """One for each commit."""
    by_commit: dict[str, list[Event]] = {}
    for event in events:
        by_commit.setdefault(event.commit.sha, []).append(event)
    for mine in by_commit.values():
        commit = mine[0].commit
        yield Intent(
            at=commit.at,
            ticket=mine[0].ticket,
            commit=commit.sha,
            author=commit.author,
            pull_request=commit.pull_request,
            subject=commit.subject,
            details=tuple(
                Detail(
                    kind=each.kind,
                    field=each.field,
                    before=each.before,
                    after=each.after,
                    agreement=agreement.of(each) if agreement else None,
                )
                for each in mine
            ),
        )


def _runs(lines: Iterable[AuditLine]) -> Iterator[Ran]:
    """One for each run that did something for a ticket; apart from it, lines in its name."""
    by_run: dict[tuple[str, bool], list[Record]] = {}
    for line in lines:
        if line.record is not None:
            by_run.setdefault((line.record.group, line.believed), []).append(line.record)
    for (_, believed), mine in by_run.items():
        yield _run(mine, believed=believed)


def _acknowledgement(record: AcknowledgementRecord) -> RecordedAcknowledgement:
    ready, at = record.ready_at, record.acknowledged_at
    return RecordedAcknowledgement(
        means=record.means,
        by=record.by,
        pull_request=record.pull_request,
        ready_at=ready,
        took=at - ready if at is not None and ready is not None and at >= ready else None,
    )


def _run(records: list[Record], *, believed: bool) -> Ran:
    first = records[0]
    admission, acknowledgement = None, None
    done: list[str] = []
    failures: list[Failure] = []
    problems: tuple[str, ...] = ()
    for record in records:
        match record:
            case AdmissionRecord(state=state, since=since, reason=reason, override=override):
                admission = Admitted(state=state, since=since, reason=reason, override=override)
            case AcknowledgementRecord():
                acknowledgement = _acknowledgement(record)
            case ChangeRecord(result=Result.DONE):
                done.append(record.facet)
            case ChangeRecord(facet=facet, after=after, result=result, answer=answer):
                failures.append(Failure(facet=facet, what=after, result=result, answer=answer))
            case OutcomeRecord():
                problems = record.problems
    return Ran(
        at=first.at,
        ticket=first.ticket,
        run=first.run,
        commit=first.commit,
        late=first.late,
        believed=believed,
        admission=admission,
        acknowledgement=acknowledgement,
        done=tuple(done),
        failures=tuple(failures),
        problems=problems,
    )
