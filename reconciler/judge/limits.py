"""Counting against the limits. What counts, in which order, and how much room is left."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, tzinfo
from typing import NamedTuple

from reconciler.load.raw import Kind, kind_of
from reconciler.model.admission import Admissions
from reconciler.model.arrival import Arrival
from reconciler.model.book import Book, Entry
from reconciler.model.phase import phase
from reconciler.model.policy import Limits, Policy

NO_LIMITS = Limits()
"""What counts for a desk that the policy does not know."""


class Room(NamedTuple):
    """How much of a desk's limits is used up."""

    today: int
    per_day: int
    active: int
    active_limit: int

    @property
    def full(self) -> bool:
        """Whether one more escalation would pass a limit."""
        return self.today >= self.per_day or self.active >= self.active_limit

    def __str__(self) -> str:
        return f"{self.today}/{self.per_day} today, {self.active}/{self.active_limit} active"


def room(book: Book, desk: str, arrivals: Mapping[str, Arrival], now: datetime) -> Room:
    """How much of a desk's limits is used up now."""
    limits = limits_of(book, desk)
    return Room(
        today=len(arrived_on(day_of(now, book.policy.zone), desk, arrivals, book.policy.zone)),
        per_day=limits.per_day,
        active=sum(1 for entry in active(book.entries) if entry.escalation.desk == desk),
        active_limit=limits.active,
    )


def room_left(policy: Policy, desk: str, admissions: Admissions) -> Room:
    """How much of a desk's limits is used up, by who was really admitted."""
    limits = limits_of_desk(policy, desk)
    today, active = admissions.today.get(desk, 0), admissions.active.get(desk, 0)
    return Room(today, limits.per_day, active, limits.active)


def limits_of(book: Book, desk: str) -> Limits:
    """The limits of a desk."""
    return limits_of_desk(book.policy, desk)


def limits_of_desk(policy: Policy, desk: str) -> Limits:
    """The limits of a desk by a policy."""
    found = policy.desks.get(desk)
    return NO_LIMITS if found is None else found.limits


def day_of(moment: datetime, zone: tzinfo) -> date:
    """The calendar day of a moment in the policy's time zone."""
    return moment.astimezone(zone).date()


def desk_of(path: str) -> str:
    """The desk whose escalation a file holds, going by its name."""
    return path.rpartition("/")[2].rpartition("-")[0]


def arrived_on(
    day: date, desk: str, arrivals: Mapping[str, Arrival], zone: tzinfo
) -> tuple[str, ...]:
    """Paths of a desk's escalations that arrived on a day, whatever became of them since."""
    return tuple(
        path
        for path, arrival in arrivals.items()
        if desk_of(path) == desk
        and kind_of(path) is Kind.ESCALATION
        and day_of(arrival.at, zone) == day
    )


def active(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Those that are acknowledged or assigned, and neither resolved nor withdrawn."""
    return (entry for entry in entries if phase(entry.escalation).active)
