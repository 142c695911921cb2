"""Who is admitted and who is held: the limits, judged again for what is really on the main line.

Two pull requests can both keep a limit when they are checked and break it when both are merged.
So admission is played through from the first commit to the present, in first-parent order, each
moment by the policy that was in force. It follows from the history and the clock alone: two runs
at the same time come to the same answer, and losing everything else loses nothing.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Final

from reconciler.judge.limits import day_of, limits_of_desk
from reconciler.model.escalation import Escalation, ImpactLevel
from reconciler.model.phase import phase
from reconciler.model.policy import Policy
from reconciler.model.timeline import Timeline, Version

_REOPENED_FREE: Final = timedelta(hours=24)
"""A ticket that is escalated again this soon after its end does not count against the day."""
_LEVELS: Final = (ImpactLevel.LOW, ImpactLevel.MEDIUM, ImpactLevel.HIGH, ImpactLevel.CRITICAL)


@dataclass(frozen=True)
class Admission:
    """Whether an escalation counts, since when, and why not."""

    ticket: str
    held: bool
    since: datetime
    """When it was admitted, or since when it has been waiting."""
    why: str = ""
    """The limit that holds it; empty when it is admitted."""
    override: str = ""
    """Handle of who let it pass the limits."""
    assignee: str | None = None
    """Whose assignment counts; another one in the file waits until that person is free."""
    waits: str = ""
    """Why the assignment in the file waits; empty when it counts."""


@dataclass(frozen=True)
class Admissions:
    """The answer for every escalation that is on the main line and has not ended."""

    by_ticket: Mapping[str, Admission] = field(default_factory=dict)
    today: Mapping[str, int] = field(default_factory=dict)
    """How many each desk has taken today, whatever became of them since."""
    active: Mapping[str, int] = field(default_factory=dict)
    """How many of each desk are active."""


def admissions(timeline: Timeline, now: datetime) -> Admissions:
    """Play the history through up to `now`."""
    if not timeline.policies:
        return Admissions()
    return _Play(timeline).through(now)


@dataclass
class _Case:
    """One episode of one ticket on its way."""

    ticket: str
    escalation: Escalation
    arrived: datetime
    episode: int
    counts_for_day: bool
    founding: bool
    admitted: datetime | None = None
    ended: datetime | None = None
    assignee: str | None = None
    why: str = ""
    waits: str = ""

    @property
    def desk(self) -> str:
        return self.escalation.desk

    @property
    def active(self) -> bool:
        return self.admitted is not None and self.ended is None


class _Play:
    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._policy: Policy = timeline.policies[0][1]
        self._over: dict[str, _Case] = {}
        self._open: dict[str, _Case] = {}
        """In order of arrival."""
        self._taken: Counter[tuple[str, object]] = Counter()
        self._clock: datetime | None = None

    def through(self, now: datetime) -> Admissions:
        policies = {commit.position: policy for commit, policy in self._timeline.policies}
        founding = self._timeline.policies[0][0].position
        versions = _by_commit(self._timeline.versions)
        for commit in self._timeline.commits:
            self._pass_midnights(commit.at)
            self._policy = policies.get(commit.position, self._policy)
            for version in versions.get(commit.position, ()):
                self._take(version, founding=commit.position <= founding)
            self._admit(commit.at)
        self._pass_midnights(now)
        self._admit(now)
        return self._answer(now)

    def _take(self, version: Version, *, founding: bool) -> None:
        """Bring a case up to a version of its file."""
        ticket, at = version.ticket, version.commit.at
        if version.gone:
            self._end(ticket, at)
            return
        if version.escalation is None:
            return  # the former state goes on
        episode = len(version.escalation.episodes) + 1
        ended = phase(version.escalation).ended
        case = self._open.get(ticket)
        if case is not None and episode > case.episode:
            self._end(ticket, at)
            case = None
        if case is not None:
            case.escalation = version.escalation
        elif not ended:
            before = self._over.get(ticket)
            soon = before is not None and before.ended and at - before.ended < _REOPENED_FREE
            case = _Case(ticket, version.escalation, at, episode, not soon, founding)
            self._open[ticket] = case
        if ended:
            self._end(ticket, at)

    def _end(self, ticket: str, at: datetime) -> None:
        case = self._open.pop(ticket, None)
        if case is not None:
            case.ended = at
            self._over[ticket] = case

    def _pass_midnights(self, until: datetime) -> None:
        """Let the days that begin before `until` admit who waited for them."""
        zone = self._policy.zone
        before, self._clock = self._clock or until, max(until, self._clock or until)
        day = day_of(before, zone) + timedelta(days=1)
        while any(self._waiting()):
            midnight = datetime.combine(day, time.min, zone)
            if midnight > until:
                return
            self._admit(midnight)
            day += timedelta(days=1)

    def _waiting(self) -> Iterator[_Case]:
        return (
            case
            for case in self._open.values()
            if case.admitted is None or case.assignee != case.escalation.current.assignee
        )

    def _admit(self, now: datetime) -> None:
        """Admit, in order of arrival, whoever fits now."""
        for case in list(self._waiting()):
            if case.admitted is None:
                case.why = self._obstacle(case, now)
                if not case.why:
                    case.admitted = now
                    if case.counts_for_day and not case.founding:
                        self._taken[case.desk, day_of(now, self._policy.zone)] += 1
            if case.admitted is not None:
                self._assign(case)

    def _assign(self, case: _Case) -> None:
        wanted = case.escalation.current.assignee
        case.waits = "" if self._passes(case) else self._busy(case, wanted)
        if not case.waits:
            case.assignee = wanted

    def _obstacle(self, case: _Case, now: datetime) -> str:
        """The limit that stands in the way; empty when none does."""
        if case.founding or self._passes(case):
            return ""
        limits = limits_of_desk(self._policy, case.desk)
        impact = case.escalation.current.impact.level
        if _LEVELS.index(impact) < _LEVELS.index(limits.impact_floor):
            return f"its impact is {impact}, and {case.desk} takes {limits.impact_floor} or higher"
        taken = self._taken[case.desk, day_of(now, self._policy.zone)]
        if case.counts_for_day and taken >= limits.per_day:
            return f"{case.desk} has taken {taken} of {limits.per_day} escalations today"
        active = sum(each.active and each.desk == case.desk for each in self._open.values())
        if active >= limits.active:
            return f"{active} of {limits.active} escalations of {case.desk} are active"
        return self._busy(case, case.escalation.current.assignee)

    def _busy(self, case: _Case, person: str | None) -> str:
        """Why a person can't take one more; empty when they can."""
        theirs = [
            each.ticket
            for each in self._open.values()
            if person is not None and each is not case and each.active and each.assignee == person
        ]
        most = limits_of_desk(self._policy, case.desk).per_assignee
        return f"{person} already has {', '.join(theirs)}" if len(theirs) >= most else ""

    def _passes(self, case: _Case) -> bool:
        """Whether somebody who may has let it pass the limits."""
        override = case.escalation.current.override
        desk = self._policy.desks.get(case.desk)
        return override is not None and desk is not None and override.by in desk.overriders

    def _answer(self, now: datetime) -> Admissions:
        today = day_of(now, self._policy.zone)
        found = {ticket: self._admission(case) for ticket, case in self._open.items()}
        active = Counter(case.desk for case in self._open.values() if case.active)
        taken = {desk: self._taken[desk, today] for desk in self._policy.desks}
        return Admissions(found, taken, dict(active))

    def _admission(self, case: _Case) -> Admission:
        override = case.escalation.current.override
        return Admission(
            ticket=case.ticket,
            held=case.admitted is None,
            since=case.admitted or case.arrived,
            why=case.why,
            override=override.by if override and self._passes(case) else "",
            assignee=case.assignee,
            waits=case.waits if case.admitted is not None else "",
        )


def _by_commit(versions: Iterable[Version]) -> dict[int, list[Version]]:
    """Versions by the position of their commit, in order of ticket within it."""
    found: dict[int, list[Version]] = {}
    for version in versions:
        found.setdefault(version.commit.position, []).append(version)
    for each in found.values():
        moved = {version.ticket for version in each if not version.gone}
        each[:] = [version for version in each if not (version.gone and version.ticket in moved)]
        # Ends come first: what a commit frees, it may also take.
        each.sort(key=lambda version: (not _ends(version), _ticket_order(version.ticket)))
    return found


def _ends(version: Version) -> bool:
    return version.gone or (version.escalation is not None and phase(version.escalation).ended)


def _ticket_order(ticket: str) -> tuple[str, int]:
    project, _, number = ticket.rpartition("-")
    return project, int(number) if number.isdecimal() else 0
