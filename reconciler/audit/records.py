"""The records that a run leaves on the audit branch."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from reconciler.model.admission import Admission, Decision
from reconciler.model.audit import (
    Acknowledged,
    AcknowledgementRecord,
    AdmissionRecord,
    AdmissionState,
    ChangeRecord,
    FiledRecord,
    OutcomeRecord,
    Record,
    Stamp,
)
from reconciler.model.audit_branch import path_of
from reconciler.model.change import Change, EscalationPlan, Plan
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.outcome import Outcome
from reconciler.model.roster import Roster
from reconciler.reconcile.facet import operation
from reconciler.redaction import PrivateData


@dataclass(frozen=True)
class RunFindings:
    """What a run found before it did anything."""

    admissions: Mapping[str, Admission] = field(default_factory=dict)
    acknowledged: tuple[Acknowledged, ...] = ()


def records(
    stamp: Stamp,
    plan: Plan,
    outcomes: Sequence[Outcome],
    verdicts: RunFindings,
    roster: Roster,
) -> tuple[FiledRecord, ...]:
    """What a run is to leave behind, each escalation's in the order of things.

    Admissions and acknowledgements are told with every run; the branch keeps what is new.
    """
    private = PrivateData(roster)
    acknowledgements = {each.ticket: each for each in verdicts.acknowledged}
    entries: list[FiledRecord] = []
    for each in plan.escalations:
        mine = [outcome for outcome in outcomes if outcome.is_of(each)]
        path = path_of(each.path, each.ticket, stamp.at.year)
        recorded: list[Record] = []
        admission = verdicts.admissions.get(each.ticket)
        # An append-only branch keeps no decision that nobody could make.
        if admission is not None and admission.decision is not Decision.UNKNOWN:
            recorded.append(_admission(stamp, admission, private))
        if each.ticket in acknowledgements:
            recorded.append(_acknowledgement(stamp, acknowledgements[each.ticket]))
        recorded += [_change(stamp, outcome, private) for outcome in mine]
        recorded += _outcome(stamp, each, mine, private)
        entries += [FiledRecord(path, record) for record in recorded]
    return tuple(entries)


def _shared(stamp: Stamp, ticket: str) -> dict[str, Any]:
    return {"at": _second(stamp.at), "run": stamp.run, "commit": stamp.commit, "ticket": ticket}


def _second(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


def _maybe(moment: datetime | None) -> datetime | None:
    return None if moment is None else _second(moment)


def _admission(stamp: Stamp, admission: Admission, private: PrivateData) -> AdmissionRecord:
    return AdmissionRecord(
        **_shared(stamp, admission.ticket),
        state=AdmissionState.HELD if admission.held else AdmissionState.ADMITTED,
        since=_second(admission.since),
        reason=private.redact(admission.why),
        override=admission.override or None,
    )


def _acknowledgement(stamp: Stamp, acknowledged: Acknowledged) -> AcknowledgementRecord:
    return AcknowledgementRecord(
        **_shared(stamp, acknowledged.ticket),
        means=acknowledged.means,
        by=acknowledged.by,
        pull_request=acknowledged.pull_request,
        brought_by=acknowledged.brought_by,
        acknowledged_at=_maybe(acknowledged.acknowledged_at),
        ready_at=_maybe(acknowledged.ready_at),
    )


def request_of(change: Change, private: PrivateData) -> tuple[str, str]:
    """What a change asked for: before and after, as the plan has them.

    Posts are given by key and digest, people by handle. Texts and private data are left out.
    """
    before, after = operation(change).recorded(change, private)
    return private.redact(before), private.redact(after)


def _change(stamp: Stamp, outcome: Outcome, private: PrivateData) -> ChangeRecord:
    before, after = request_of(outcome.change, private)
    return ChangeRecord(
        **_shared(stamp, outcome.ticket),
        facet=outcome.change.facet,
        action=outcome.change.action,
        before=before,
        after=after,
        result=outcome.result,
        answer=private.redact(outcome.answer),
    )


def _outcome(
    stamp: Stamp, plan: EscalationPlan, outcomes: Sequence[Outcome], private: PrivateData
) -> Iterator[OutcomeRecord]:
    if not outcomes and not plan.problems:
        return
    counts = Counter(str(each.result) for each in outcomes)
    yield OutcomeRecord(
        **_shared(stamp, plan.ticket),
        phase=plan.phase,
        problems=tuple(_problem(each, private) for each in plan.problems),
        **counts,
    )


def _problem(diagnostic: Diagnostic, private: PrivateData) -> str:
    return private.redact(f"{diagnostic.facet}: {diagnostic.message}")
