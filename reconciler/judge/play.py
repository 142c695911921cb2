"""The main line, played through: each commit brings arrivals and ends, each day makes room."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import Final

from reconciler.judge.case import Case, ending_of
from reconciler.judge.limits import day_of, limits_of_desk
from reconciler.judge.order import by_commit
from reconciler.model.acknowledgement import Acknowledgement, Unacknowledged, Unread, Verdict
from reconciler.model.admission import NOT_ACKNOWLEDGED, Admission, Admissions, Arrived, Decision
from reconciler.model.course import Course, Ending, Limit
from reconciler.model.escalation import ImpactLevel
from reconciler.model.policy import Acknowledgement as Means
from reconciler.model.policy import Policy
from reconciler.model.timeline import Timeline, Version

_REOPENED_FREE: Final = timedelta(hours=24)
"""A ticket that is escalated again this soon after its end does not count against the day."""
_LEVELS: Final = (ImpactLevel.LOW, ImpactLevel.MEDIUM, ImpactLevel.HIGH, ImpactLevel.CRITICAL)


class Play:
    """One way through the history; asked for its answer at the end."""

    def __init__(self, timeline: Timeline, verdicts: Mapping[tuple[str, str], Verdict]) -> None:
        """Begin before the first commit of a timeline that has a policy."""
        self._timeline = timeline
        self._verdicts = verdicts
        self._policy: Policy = timeline.policies[0][1]
        self._over: dict[str, Case] = {}
        self._counted_until: dict[str, datetime] = {}
        """When the latest episode of a ticket ended that was admitted."""
        self._open: dict[str, Case] = {}
        """In order of arrival."""
        self._all: list[Case] = []
        self._taken: Counter[tuple[str, object]] = Counter()
        self._clock: datetime | None = None

    def through(self, now: datetime) -> None:
        """Play up to `now`."""
        policies = {commit.position: policy for commit, policy in self._timeline.policies}
        founding = self._timeline.policies[0][0].position
        versions = by_commit(self._timeline.versions)
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
            self._end(ticket, at, Ending.REMOVED)
            return
        if version.escalation is None:
            return  # the former state goes on
        episode = len(version.escalation.episodes) + 1
        case = self._open.get(ticket)
        if case is not None and episode > case.episode:
            former = version.escalation.numbered(case.episode)
            self._end(ticket, at, ending_of(former) or Ending.REPLACED)
            case = None
        ending = ending_of(version.escalation.current)
        if case is not None:
            case.escalation = version.escalation
        elif ending is None:
            # Only what was admitted lets its return go free, or holding would be a way around.
            counted = self._counted_until.get(ticket)
            soon = counted is not None and at - counted < _REOPENED_FREE
            case = self._open[ticket] = Case(
                version,
                version.escalation,
                episode,
                counts_for_day=not soon,
                founding=founding,
                by_review=by_review,
                verdict=self._verdicts.get((ticket, version.commit.sha)),
                again=ticket in self._over or episode > 1,
            )
            self._all.append(case)
        if case is not None:
            self._note_override(case, at)
        if ending is not None:
            self._end(ticket, at, ending)

    def _end(self, ticket: str, at: datetime, ending: Ending) -> None:
        case = self._open.pop(ticket, None)
        if case is not None:
            # Who is named in the very commit that resolves it was assigned by then at the latest.
            if case.admitted and not case.assigned and ending is Ending.RESOLVED:
                case.assigned = at if case.escalation.current.assignee else None
            case.ended, case.ending = at, ending
            self._over[ticket] = case
            if case.admitted is not None:
                self._counted_until[ticket] = at

    def _note_override(self, case: Case, at: datetime) -> None:
        override = case.escalation.current.override
        if override is not None and case.overridden is None and self._passes(case):
            case.overrider, case.overridden = override.by, at

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

    def _waiting(self) -> Iterator[Case]:
        return (
            case
            for case in self._open.values()
            if case.admitted is None or case.assignee != case.escalation.current.assignee
        )

    def _admit(self, now: datetime) -> None:
        """Admit, in order of arrival, whoever fits now.

        Whoever changes hands sets somebody free, so those who came before are asked again.
        """
        while any(self._let_in(case, now) for case in list(self._waiting())):
            pass

    def _let_in(self, case: Case, now: datetime) -> bool:
        """Admit a case if it fits; whether its assignee left somebody else for that."""
        self._note_override(case, now)
        if case.admitted is None:
            case.why = self._obstacle(case, now)
            if case.why:
                return False
            case.admitted = now
            if case.counts_for_day and not case.founding:
                self._taken[case.desk, day_of(now, self._policy.zone)] += 1
        return self._assign(case, now)

    def _assign(self, case: Case, now: datetime) -> bool:
        """Put whom the file names in charge, unless they are busy; whether that frees somebody."""
        former, wanted = case.assignee, case.escalation.current.assignee
        busy = self._busy(case, wanted)
        if busy:
            case.met.setdefault(Limit.ASSIGNEE, now)
        case.waits = "" if self._passes(case) else busy
        if not case.waits:
            case.assignee = wanted
            case.assigned = case.assigned or (now if wanted else None)
        return not case.waits and former not in {None, wanted}

    def _obstacle(self, case: Case, now: datetime) -> str:
        """What stands in the way: no acknowledgement, or a limit. Empty when nothing does."""
        if case.acknowledged_at > now:
            why = case.verdict.why if isinstance(case.verdict, Unacknowledged) else "not yet"
            return f"{NOT_ACKNOWLEDGED}{why}"
        found = None if case.founding else self._limit(case, now)
        if found is None:
            return ""
        limit, why = found
        case.met.setdefault(limit, now)
        return "" if self._passes(case) else why

    def _limit(self, case: Case, now: datetime) -> tuple[Limit, str] | None:
        """The first limit that stands in the way, override or not, and in words."""
        limits = limits_of_desk(self._policy, case.desk)
        impact = case.escalation.current.impact.level
        if _LEVELS.index(impact) < _LEVELS.index(limits.impact_floor):
            why = f"its impact is {impact}, and {case.desk} takes {limits.impact_floor} or higher"
            return Limit.IMPACT, why
        taken = self._taken[case.desk, day_of(now, self._policy.zone)]
        if case.counts_for_day and taken >= limits.per_day:
            why = f"{case.desk} has taken {taken} of {limits.per_day} escalations today"
            return Limit.DAY, why
        active = sum(each.active and each.desk == case.desk for each in self._open.values())
        if active >= limits.active:
            why = f"{active} of {limits.active} escalations of {case.desk} are active"
            return Limit.ACTIVE, why
        busy = self._busy(case, case.escalation.current.assignee)
        return (Limit.ASSIGNEE, busy) if busy else None

    def _busy(self, case: Case, person: str | None) -> str:
        """Why a person can't take one more; empty when they can."""
        theirs = [
            each.ticket
            for each in self._open.values()
            if person is not None and each is not case and each.active and each.assignee == person
        ]
        most = limits_of_desk(self._policy, case.desk).per_assignee
        return f"{person} already has {', '.join(theirs)}" if len(theirs) >= most else ""

    def _passes(self, case: Case) -> bool:
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

    def courses(self, now: datetime) -> Iterator[Course]:
        """Every episode that was escalated on the main line, in order of arrival."""
        return (case.course(now) for case in self._all)

    def _admission(self, case: Case) -> Admission:
        override = case.escalation.current.override
        unread = case.verdict.trouble if isinstance(case.verdict, Unread) else None
        decision = Decision.HELD if case.admitted is None else Decision.ADMITTED
        return Admission(
            ticket=case.ticket,
            decision=decision if unread is None else Decision.UNKNOWN,
            since=case.admitted or case.arrived,
            why=case.why,
            override=override.by if override and self._passes(case) else "",
            assignee=case.assignee,
            waits=case.waits if case.admitted is not None else "",
            acknowledged=case.verdict if isinstance(case.verdict, Acknowledgement) else None,
            unread=unread,
        )
