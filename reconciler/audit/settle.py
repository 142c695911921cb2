"""What became of the intents of a run that ended before it recorded: found by reading back."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from reconciler.audit.leases import intent_of
from reconciler.model.audit import (
    ChangeRecord,
    FiledRecord,
    OutcomeRecord,
    merge_run,
    merging_run,
)
from reconciler.model.change import Change, EscalationPlan, Plan
from reconciler.model.forge import PullRequest, PullRequestState
from reconciler.model.lease import IntendedChange, Lease, TicketIntents
from reconciler.model.outcome import Result
from reconciler.model.roster import Roster
from reconciler.redaction import PrivateData

_DONE: Final = "the run ended early; a later run read that this was done"
_UNREAD: Final = "the run ended early; the pull request was not read again"


@dataclass(frozen=True)
class ReadAgain:
    """What the run that settles has read."""

    run: str
    plan: Plan
    roster: Roster
    is_same: Callable[[str, str], bool]
    """True if a file, the policy and the roster are as they were in a commit."""
    pull_request: Callable[[str], PullRequest | None]
    """A pull request by its name, as the forge shows it now; None if it can't be read."""


def without_outcome(lease: Lease, recorded: Iterable[FiledRecord]) -> Lease:
    """The lease with only the intents that have no outcome among records."""
    outcomes = [each.record for each in recorded if isinstance(each.record, OutcomeRecord)]
    settled = {each.ticket for each in outcomes if each.run == lease.run}
    merged = {each.ticket for each in outcomes if merging_run(each.run) == lease.run}
    left = tuple(
        each for each in lease.intents if each.ticket not in (merged if each.is_merge else settled)
    )
    return lease.model_copy(update={"intents": left})


def settled(lease: Lease, read: ReadAgain) -> tuple[FiledRecord, ...]:
    """The records of the changes that a lease names; the run that took it wrote none."""
    if not lease.recorded or lease.commit is None:
        return ()
    private = PrivateData(read.roster)
    plans = {each.ticket: each for each in read.plan.escalations}
    found = [
        FiledRecord(each.path, record)
        for each in lease.intents
        if not each.pull_request
        for record in _records(lease, each, plans.get(each.ticket), read, private)
    ]
    merges = [each for each in lease.intents if each.is_merge]
    names = dict.fromkeys(each.pull_request for each in merges)
    for number, name in enumerate(names, start=1):
        same = [each for each in merges if each.pull_request == name]
        found += _merged(lease, same, merge_run(lease.run, number), read)
    return tuple(found)


def _merged(
    lease: Lease, merges: Iterable[TicketIntents], run: str, read: ReadAgain
) -> Iterator[FiledRecord]:
    """The records of one merge. There are none if the pull request is not merged."""
    for each in merges:
        found = read.pull_request(each.pull_request)
        if found is not None and found.state is not PullRequestState.MERGED:
            return
        result = Result.UNKNOWN if found is None else Result.DONE
        shared = {
            "at": lease.at,
            "run": run,
            "commit": found.merge_commit if found and found.merge_commit else lease.commit,
            "ticket": each.ticket,
            "late": True,
            "settled_by": read.run,
        }
        for change in each.changes:
            record = ChangeRecord(
                **shared,
                facet=change.facet,
                action=change.action,
                before=change.before,
                after=change.after,
                result=result,
                answer=_DONE if found else _UNREAD,
            )
            yield FiledRecord(each.path, record)
        outcome = OutcomeRecord(**shared, phase=each.phase, **{result: len(each.changes)})
        yield FiledRecord(each.path, outcome)


def _records(
    lease: Lease,
    intents: TicketIntents,
    plan: EscalationPlan | None,
    read: ReadAgain,
    private: PrivateData,
) -> Iterator[ChangeRecord | OutcomeRecord]:
    shared = {
        "at": lease.at,
        "run": lease.run,
        "commit": lease.commit,
        "ticket": intents.ticket,
        "late": True,
        "settled_by": read.run,
    }
    same = read.is_same(lease.commit or "", intents.file)
    counts: Counter[str] = Counter()
    for intent in intents.changes:
        result, answer = _result(intent, plan, private, same=same)
        counts[result] += 1
        yield ChangeRecord(
            **shared,
            facet=intent.facet,
            action=intent.action,
            before=intent.before,
            after=intent.after,
            result=result,
            answer=answer,
        )
    yield OutcomeRecord(**shared, phase=intents.phase, **counts)


def _result(
    intent: IntendedChange, plan: EscalationPlan | None, private: PrivateData, *, same: bool
) -> tuple[Result, str]:
    """What became of a change, and how that is known."""
    if plan is None:
        return Result.UNKNOWN, "the run ended early; the escalation was not read again"
    left = _left(intent, plan.changes, private)
    if left is not None:
        still = (left.before, left.after) == (intent.before, intent.after)
        if still:
            return Result.SKIPPED, "the run ended early; a later run read that this was not done"
        return Result.UNKNOWN, "the run ended early; a later run read another difference"
    if plan.problems:
        return Result.UNKNOWN, "the run ended early; a later run could not read everything"
    if not same:
        return Result.UNKNOWN, "the run ended early; the files have changed since"
    return Result.DONE, _DONE


def _left(
    intent: IntendedChange, changes: Iterable[Change], private: PrivateData
) -> IntendedChange | None:
    """The change that a later plan has for the same thing."""
    planned = (intent_of(each, private) for each in changes)
    return next((each for each in planned if each.key == intent.key), None)
