"""Who may change which desks: decided from what the audit branch says of their leases."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from reconciler.audit.records import request_of
from reconciler.model.audit_branch import path_of
from reconciler.model.change import Change, Plan
from reconciler.model.lease import (
    LONGEST,
    LONGEST_NAME,
    WIDEST_MARGIN,
    IntendedChange,
    Lease,
    LeaseFile,
    TicketIntents,
)
from reconciler.model.roster import Roster
from reconciler.redaction import PrivateData

CLOCKS: Final = timedelta(seconds=30)
"""By how much the clocks of two machines may differ."""


@dataclass(frozen=True)
class Reading:
    """What a run knew of the leases before it read Jira and Slack."""

    began: datetime
    known: Mapping[str, Lease | None] = field(default_factory=dict)
    """By desk, the lease as this clone knew it."""


@dataclass(frozen=True)
class Free:
    """The desks may be taken."""

    orphans: tuple[Lease, ...] = ()
    """Leases of runs that ended without releasing them."""


@dataclass(frozen=True)
class Held:
    """Another run holds a desk."""

    lease: Lease


@dataclass(frozen=True)
class Stale:
    """Another run may have changed a desk since this one read it, so it must be read again."""

    lease: Lease


Answer = Free | Held | Stale


def answer(found: Mapping[str, LeaseFile], reading: Reading, place: str, now: datetime) -> Answer:
    """Whether a run may take the desks, by what the branch has of their leases now.

    `place` identifies the clone that the run works in. The run holds the local lock of its desks,
    so any other holder from the same clone has ended.
    """
    leases = {desk: each.lease for desk, each in found.items() if each.lease is not None}
    open_ = {desk: each for desk, each in leases.items() if each.ended is None}
    for lease in open_.values():
        if not _is_dead(lease, place) and now < lease.free_from:
            return Held(lease)
    for desk, lease in leases.items():
        if not _was_over(lease, reading, place) and not _is_known(reading.known.get(desk), lease):
            return Stale(lease)
    return Free(tuple(open_.values()))


def over_before(lease: Lease, reading: Reading, place: str) -> bool:
    """True if a lease that nobody released had ended before the run read Jira and Slack."""
    return lease.ended is None and _was_over(lease, reading, place)


def _is_dead(lease: Lease, place: str) -> bool:
    return bool(place) and lease.place == place


def _was_over(lease: Lease, reading: Reading, place: str) -> bool:
    """True if the lease had ended before the run read Jira and Slack."""
    if lease.ended is not None:
        return lease.ended + CLOCKS < reading.began
    return _is_dead(lease, place) or lease.free_from < reading.began


def _is_known(known: Lease | None, lease: Lease) -> bool:
    """True if the lease had been released by the time that this clone learned of it."""
    return known is not None and lease.ended is not None and known == lease


def length(left: float) -> timedelta:
    """How long a lease lasts for a run that may send calls for so many more seconds.

    It ends a margin later, for a call that was sent just before the end.
    """
    seconds = min(max(left, 1.0), (LONGEST - WIDEST_MARGIN).total_seconds())
    return timedelta(seconds=seconds + min(WIDEST_MARGIN.total_seconds(), seconds / 9))


def intents(plan: Plan, desk: str, roster: Roster, year: int) -> tuple[TicketIntents, ...]:
    """What a plan is about to do for a desk, also for announcements of pull requests."""
    private = PrivateData(roster)
    return tuple(
        TicketIntents(
            ticket=each.ticket,
            path=path_of(each.path, each.ticket, year),
            file=each.path,
            phase=each.phase,
            pull_request=private.redact(each.pull_request)[:LONGEST_NAME],
            changes=tuple(intent_of(change, private) for change in each.changes),
        )
        for each in plan.blocks
        if each.changes and each.desk == desk
    )


def intent_of(change: Change, private: PrivateData) -> IntendedChange:
    """A change as a lease names it."""
    before, after = request_of(change, private)
    return IntendedChange(
        key=private.redact(change.key),
        facet=change.facet,
        action=change.action,
        before=before,
        after=after,
    )


def changed_desks(plan: Plan) -> tuple[str, ...]:
    """The desks that a plan changes anything for."""
    return tuple(sorted({each.desk for each in plan.blocks if each.changes}))
