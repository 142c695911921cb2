"""Counting against the limits. What counts, in which order, and how much room is left."""

from datetime import date, datetime, tzinfo
from typing import NamedTuple

from reconciler.model.admission import Admissions
from reconciler.model.policy import Limits, Policy

NO_LIMITS = Limits()
"""What counts for a desk that the policy does not know."""


class RemainingCapacity(NamedTuple):
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


def remaining_capacity(policy: Policy, desk: str, admissions: Admissions) -> RemainingCapacity:
    """How much of a desk's limits is used up, by who was really admitted."""
    limits = limits_of_desk(policy, desk)
    today, active = admissions.today.get(desk, 0), admissions.active.get(desk, 0)
    return RemainingCapacity(today, limits.per_day, active, limits.active)


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
