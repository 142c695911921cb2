"""The main line, played through: each commit brings arrivals and ends, each day makes room."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

from reconciler.judge.limits import day_of, limits_of_desk
from reconciler.model.acknowledgement import Acknowledgement, Unacknowledged, Unread, Verdict
from reconciler.model.admission import NOT_ACKNOWLEDGED, Admission, Admissions, Arrived
from reconciler.model.escalation import Escalation, ImpactLevel
from reconciler.model.phase import phase
from reconciler.model.policy import Acknowledgement as Means
from reconciler.model.policy import Policy
from reconciler.model.timeline import Timeline, Version

_REOPENED_FREE: Final = timedelta(hours=24)
"""A ticket that is escalated again this soon after its end does not count against the day."""
_LEVELS: Final = (ImpactLevel.LOW, ImpactLevel.MEDIUM, ImpactLevel.HIGH, ImpactLevel.CRITICAL)
_NEVER: Final = datetime.max.replace(tzinfo=UTC)


@dataclass
class _Case:
    """One episode of one ticket on its way."""

    version: Version
    """That brought it."""
    escalation: Escalation
    episode: int
    counts_for_day: bool
    founding: bool
    by_review: bool
    """Whether being on the main branch alone does not acknowledge it."""
    verdict: Verdict | None
    admitted: datetime | None = None
    ended: datetime | None = None
    assignee: str | None = None
    why: str = ""
    waits: str = ""

    @property
    def ticket(self) -> str:
        return self.version.ticket

    @property
    def arrived(self) -> datetime:
        return self.version.commit.at

    @property
    def desk(self) -> str:
        return self.escalation.desk

    @property
    def acknowledged_at(self) -> datetime:
        """When it was acknowledged, not before it arrived; never while nobody has."""
        match self.verdict:
            case Unacknowledged() if self.by_review:
                return _NEVER
            case Acknowledgement(at=at) if self.by_review:
                return max(at, self.arrived)
        return self.arrived

    @property
    def active(self) -> bool:
        return self.admitted is not None and self.ended is None


class Play:
    """One way through the history; asked for its answer at the end."""

    def __init__(self, timeline: Timeline, verdicts: Mapping[tuple[str, str], Verdict]) -> None:
        """Begin before the first commit of a timeline that has a policy."""
        self._timeline = timeline
        self._verdicts = verdicts
        self._policy: Policy = timeline.policies[0][1]
        self._over: dict[str, _Case] = {}
        self._open: dict[str, _Case] = {}
        """In order of arrival."""
        self._taken: Counter[tuple[str, object]] = Counter()
        self._clock: datetime | None = None

    def through(self, now: datetime) -> None:
        """Play up to `now`."""
        policies = {commit.position: policy for commit, policy in self._timeline.policies}
        founding = self._timeline.policies[0][0].position
        versions = _by_commit(self._timeline.versions)
        for commit in self._timeline.commits:
            self._pass_time(commit.at)
            # A commit can't exempt what it brings: the policy before it says what acknowledges.
            by_review = self._policy.acknowledgement is Means.REVIEW
            self._policy = policies.get(commit.position, self._policy)
            first = commit.position <= founding
            for version in versions.get(commit.position, ()):
                self._take(version, founding=first, by_review=by_review and not first)
            self._admit(commit.at)
        self._pass_time(now)
        self._admit(now)

    def reviewed(self, since: datetime) -> Iterator[Arrived]:
        """What needs a review and has not ended before `since`."""
        cases = [*self._over.values(), *self._open.values()]
        for case in sorted(cases, key=lambda each: each.version.commit.position):
            commit = case.version.commit
            if case.by_review and commit.sha and (case.ended is None or case.ended >= since):
                yield Arrived(case.ticket, case.version.path, commit)

    def _take(self, version: Version, *, founding: bool, by_review: bool) -> None:
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
            self._open[ticket] = _Case(
                version,
                version.escalation,
                episode,
                counts_for_day=not soon,
                founding=founding,
                by_review=by_review,
                verdict=self._verdicts.get((ticket, version.commit.sha)),
            )
        if ended:
            self._end(ticket, at)

    def _end(self, ticket: str, at: datetime) -> None:
        case = self._open.pop(ticket, None)
        if case is not None:
            case.ended = at
            self._over[ticket] = case

    def _pass_time(self, until: datetime) -> None:
        """Let what comes before `until` admit who waited for it: a new day, a late approval."""
        zone = self._policy.zone
        before, self._clock = self._clock or until, max(until, self._clock or until)
        day = day_of(before, zone) + timedelta(days=1)
        while any(self._waiting()):
            midnight = datetime.combine(day, time.min, zone)
            approvals = (case.acknowledged_at for case in self._waiting())
            moment = min([midnight, *(at for at in approvals if at > before)])
            if moment > until:
                return
            self._admit(moment)
            before = moment
            if moment == midnight:
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
        """What stands in the way: no acknowledgement, or a limit. Empty when nothing does."""
        if case.acknowledged_at > now:
            why = case.verdict.why if isinstance(case.verdict, Unacknowledged) else "not yet"
            return f"{NOT_ACKNOWLEDGED}{why}"
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

    def answer(self, now: datetime) -> Admissions:
        """How things stand once the history is played through."""
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
            acknowledged=case.verdict if isinstance(case.verdict, Acknowledgement) else None,
            unread=case.verdict.trouble if isinstance(case.verdict, Unread) else None,
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
