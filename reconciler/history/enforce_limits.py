"""What is open and what each desk has taken: which limit stands in the way of one more."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from reconciler.history.remaining_capacity import day_of, limits_of_desk
from reconciler.history.replay_episode import ReplayedEpisode
from reconciler.model.admission import Obstacle
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.episode_history import Limit
from reconciler.model.policy import Policy


class Taken(NamedTuple):
    """One escalation that a desk has taken, for the limit of the day."""

    at: datetime
    case: ReplayedEpisode


class Capacity:
    """Everything that counts against a limit, by the policy in force."""

    def __init__(self, policy: Policy) -> None:
        """Begin with nothing."""
        self.policy = policy
        self.open: dict[str, ReplayedEpisode] = {}
        """Episodes that have not ended, by ticket, in order of arrival."""
        self._taken: dict[str, list[Taken]] = defaultdict(list)
        """By desk, in order of time."""

    def take(self, case: ReplayedEpisode, at: datetime) -> None:
        """Count an escalation for the day on which its desk admits it."""
        self._taken[case.desk].append(Taken(at, case))

    def taken(self, desk: str, now: datetime, *, surely: bool = False) -> int:
        """How many a desk has taken on the day of this moment, in the policy's time zone."""
        zone, count = self.policy.zone, 0
        today = day_of(now, zone)
        for taken in reversed(self._taken[desk]):
            if day_of(taken.at, zone) != today:
                break
            count += not (surely and taken.case.was_doubtful)
        if surely:
            return count
        return count + sum(case.doubt is not None and case.desk == desk for case in self.counting())

    def counting(self, *, surely: bool = False) -> Iterator[ReplayedEpisode]:
        """What counts as active: admitted, and of a desk that the policy knows.

        What may be admitted counts too, unless only that is asked for which surely is.
        """
        return (
            case
            for case in self.open.values()
            if case.desk in self.policy.desks
            and (case.admitted is not None or case.doubt is not None)
            and not (surely and case.is_doubtful)
        )

    def active(self, desk: str, *, surely: bool = False) -> int:
        """How many of a desk's escalations are active."""
        return sum(case.desk == desk for case in self.counting(surely=surely))

    def obstacles(
        self, case: ReplayedEpisode, now: datetime, *, surely: bool = False
    ) -> Iterator[Obstacle]:
        """The limits that stand in the way of an escalation, override or not."""
        limits = limits_of_desk(self.policy, case.desk)
        impact = case.escalation.current.impact.level
        if not impact.at_least(limits.impact_floor):
            why = f"its impact is {impact}, and {case.desk} takes {limits.impact_floor} or higher"
            yield Obstacle(Limit.IMPACT, why)
        taken = self.taken(case.desk, now, surely=surely)
        if case.counts_for_day and taken >= limits.per_day:
            why = f"{case.desk} has taken {taken} of {limits.per_day} escalations today"
            yield Obstacle(Limit.DAY, why)
        active = sum(
            each.desk == case.desk for each in self.counting(surely=surely) if each is not case
        )
        if active >= limits.active:
            why = f"{active} of {limits.active} escalations of {case.desk} are active"
            yield Obstacle(Limit.ACTIVE, why)
        busy = self.busy(case, case.escalation.current.assignee, surely=surely)
        if busy:
            yield Obstacle(Limit.ASSIGNEE, busy)

    def busy(self, case: ReplayedEpisode, person: str | None, *, surely: bool = False) -> str:
        """Why a person can't take one more; empty if they can."""
        if person is None:
            return ""
        theirs = [
            each.ticket
            for each in self.counting(surely=surely)
            if each is not case and each.holds == person
        ]
        most = limits_of_desk(self.policy, case.desk).per_assignee
        return f"{person} already has {', '.join(theirs)}" if len(theirs) >= most else ""

    def doubt(self) -> Diagnostic | None:
        """Which acknowledgement could not be read, if any that counts."""
        return next(
            (case.unread or case.doubt for case in self.counting() if case.is_doubtful), None
        )

    def passes(self, case: ReplayedEpisode) -> bool:
        """True if an overrider of its desk has let the escalation pass the limits."""
        override = case.escalation.current.override
        desk = self.policy.desks.get(case.desk)
        return override is not None and desk is not None and override.by in desk.overriders
