"""The main line, played through: each commit brings arrivals and ends, each day brings capacity.

Admission changes at three kinds of moments: a commit, midnight in the policy's time zone, and an
approval after the merge. At each of them changes of engineers are judged first, all together, and
then escalations are admitted in order of arrival.
"""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import Final

from reconciler.history.enforce_limits import Capacity
from reconciler.history.reassignments import Move, accepted
from reconciler.history.remaining_capacity import day_of, limits_of_desk
from reconciler.history.replay_episode import NEVER, ReplayedEpisode, ending_of
from reconciler.history.replay_order import by_commit
from reconciler.model.acknowledgement import Acknowledgement, Unacknowledged, Unread, Verdict
from reconciler.model.admission import NOT_ACKNOWLEDGED, Admission, Admissions, Arrived, Decision
from reconciler.model.episode_history import Ending, EpisodeHistory, Limit
from reconciler.model.policy import AcknowledgementMeans, Policy
from reconciler.model.timeline import MainCommit, Timeline, Version

_REOPENED_FREE: Final = timedelta(hours=24)
"""A ticket that is escalated again less than this after its end does not count for the day."""
_NEXT: Final = (
    "its commit changed the policy too; it is judged again at the next commit or midnight"
)


class Play:
    """One way through the history; asked for its answer at the end."""

    def __init__(
        self,
        timeline: Timeline,
        verdicts: Mapping[tuple[str, str], Verdict],
        otherwise: Verdict | None = None,
    ) -> None:
        """Begin before the first commit of a timeline that has a policy.

        `otherwise` is the verdict on what is committed, needs a review and has no verdict.
        """
        self._timeline = timeline
        self._verdicts = verdicts
        self._otherwise = otherwise
        # Each doubt begins with a verdict that could not be read.
        self._has_doubts = any(isinstance(each, Unread) for each in (*verdicts.values(), otherwise))
        self._founding = timeline.policies[0][0].position
        self._capacity = Capacity(timeline.policies[0][1])
        self._over: dict[str, ReplayedEpisode] = {}
        self._counted_until: dict[str, datetime] = {}
        """When the latest episode of a ticket ended that was admitted."""
        self._all: list[ReplayedEpisode] = []
        self._clock: datetime | None = None

    @property
    def _open(self) -> dict[str, ReplayedEpisode]:
        return self._capacity.open

    @property
    def _policy(self) -> Policy:
        return self._capacity.policy

    def through(self, now: datetime) -> None:
        """Play up to `now`."""
        policies = {commit.position: policy for commit, policy in self._timeline.policies}
        versions = by_commit(self._timeline.versions)
        for commit in self._timeline.commits:
            brought = versions.get(commit.position, ())
            self.commit(commit, brought, policies.get(commit.position))
        self._pass_time(now)

    def commit(
        self, commit: MainCommit, versions: Iterable[Version], policy: Policy | None = None
    ) -> None:
        """Play one commit. `versions` are in the order of `by_commit`.

        What a commit brings is judged by the policy before it, or it could exempt itself. What was
        there before is judged by the commit's own policy at once.
        """
        self._pass_time(commit.at)
        founding = commit.position <= self._founding
        by_review = self._policy.acknowledgement is AcknowledgementMeans.REVIEW and not founding
        touched = set()
        for version in versions:
            touched.add(version.ticket)
            self._take(version, founding=founding, by_review=by_review)
        self._settle(commit.at)
        if policy is not None:
            self._capacity.policy = policy
            self._settle(commit.at, but=touched)

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
            case.read(version.escalation)
        elif ending is None:
            # Only what was admitted lets its return go free, or holding would be a way around.
            counted = self._counted_until.get(ticket)
            soon = counted is not None and at - counted < _REOPENED_FREE
            case = self._open[ticket] = ReplayedEpisode(
                version,
                version.escalation,
                episode,
                counts_for_day=not soon,
                founding=founding,
                by_review=by_review,
                verdict=self._verdict(version, by_review=by_review),
                again=ticket in self._over or episode > 1,
            )
            self._all.append(case)
        if case is not None:
            self._note_override(case, at)
        if ending is not None:
            self._end(ticket, at, ending)

    def _verdict(self, version: Version, *, by_review: bool) -> Verdict | None:
        sha = version.commit.sha
        otherwise = self._otherwise if by_review and sha else None
        return self._verdicts.get((version.ticket, sha), otherwise)

    def _end(self, ticket: str, at: datetime, ending: Ending) -> None:
        case = self._open.pop(ticket, None)
        if case is not None:
            # Who is named in the very commit that resolves it was assigned by then at the latest.
            if case.admitted and not case.assigned and ending is Ending.RESOLVED:
                case.assigned = at if case.wanted else None
            case.ended, case.ending = at, ending
            self._over[ticket] = case
            if case.admitted is not None:
                self._counted_until[ticket] = at

    def _note_override(self, case: ReplayedEpisode, at: datetime) -> None:
        override = case.escalation.current.override
        if override is not None and case.overridden is None and self._capacity.passes(case):
            case.overrider, case.overridden = override.by, at

    def _pass_time(self, until: datetime) -> None:
        """Let what comes before `until` admit who waited for it: a new day, a late approval."""
        zone = self._policy.zone
        before, self._clock = self._clock or until, max(until, self._clock or until)
        day = day_of(before, zone) + timedelta(days=1)
        while any(self._may_go_on()):
            midnight = datetime.combine(day, time.min, zone)
            approvals = (case.acknowledged_at for case in self._may_go_on())
            moment = min([midnight, *(at for at in approvals if at > before)])
            if moment > until:
                return
            self._settle(moment)
            before = moment
            if moment == midnight:
                day += timedelta(days=1)

    def _may_go_on(self) -> Iterator[ReplayedEpisode]:
        """What time alone may bring further."""
        return (
            case
            for case in self._open.values()
            if case.desk in self._policy.desks
            and (
                case.assignee != case.wanted
                if case.admitted
                else case.acknowledged_at < NEVER or case.why == no_desk(case.desk)
            )
        )

    def _settle(self, now: datetime, but: Container[str] = ()) -> None:
        """Change engineers as far as possible, then admit, in order of arrival, whoever fits."""
        cases = [case for case in self._open.values() if case.ticket not in but]
        for case in cases:
            self._note_override(case, now)
        self._reassign([case for case in cases if case.admitted is not None], now)
        for case in cases:
            if case.admitted is None:
                self._admit(case, now)

    def _reassign(self, cases: Iterable[ReplayedEpisode], now: datetime) -> None:
        """Put those in charge whom the files name, as far as the limit allows."""
        desks = self._policy.desks
        moving = [case for case in cases if case.assignee != case.wanted and case.desk in desks]
        if not moving:
            return
        # What may be admitted counts for whoever it names, as if it stayed.
        tickets = {case.ticket for case in moving}
        staying = Counter(
            case.holds
            for case in self._capacity.counting()
            if case.holds is not None and case.ticket not in tickets
        )
        chosen = accepted([self._move(case) for case in moving], staying)
        for case in moving:
            if case.ticket in chosen:
                case.assignee = case.wanted
                case.assigned = case.assigned or (now if case.wanted else None)
        for case in moving:
            if self._capacity.busy(case, case.wanted):
                case.met.setdefault(Limit.ASSIGNEE, now)

    def _move(self, case: ReplayedEpisode) -> Move:
        most = limits_of_desk(self._policy, case.desk).per_assignee
        passes = self._capacity.passes(case)
        return Move(case.ticket, case.assignee, case.wanted, None if passes else most)

    def _admit(self, case: ReplayedEpisode, now: datetime) -> None:
        """Admit a case if nothing stands in its way; otherwise note what does."""
        case.doubt, case.obstacles = None, ()
        case.why = self._obstacle(case, now)
        if case.why:
            return
        case.admitted = now
        case.was_doubtful = case.was_doubtful or case.is_doubtful
        if case.counts_for_day and not case.founding:
            self._capacity.take(case, now)
        busy = self._capacity.busy(case, case.wanted)
        if busy:
            case.met.setdefault(Limit.ASSIGNEE, now)
        if not busy or self._capacity.passes(case):
            case.assignee = case.wanted
            case.assigned = case.assigned or (now if case.wanted else None)

    def _obstacle(self, case: ReplayedEpisode, now: datetime) -> str:
        """What stands in the way: no desk, no acknowledgement, or a limit; empty if nothing."""
        if case.desk not in self._policy.desks:
            return no_desk(case.desk)
        if case.acknowledged_at > now:
            why = case.verdict.why if isinstance(case.verdict, Unacknowledged) else "not yet"
            return f"{NOT_ACKNOWLEDGED}{why}"
        found = () if case.founding else tuple(self._capacity.obstacles(case, now))
        if not found:
            return ""
        case.met.setdefault(found[0].limit, now)
        if self._capacity.passes(case):
            return ""
        case.obstacles = found
        if self._has_doubts and not any(self._capacity.obstacles(case, now, surely=True)):
            case.doubt, case.was_doubtful = self._capacity.doubt(), True
        return found[0].why

    def answer(self, now: datetime) -> Admissions:
        """How things stand once the history is played through."""
        found = {ticket: self._admission(case) for ticket, case in self._open.items()}
        desks = self._policy.desks
        taken = {desk: self._capacity.taken(desk, now) for desk in desks}
        active = {desk: count for desk in desks if (count := self._capacity.active(desk))}
        return Admissions(found, taken, active)

    def episode_histories(self, now: datetime) -> Iterator[EpisodeHistory]:
        """Every episode that was escalated on the main line, in order of arrival."""
        return (case.history(now) for case in self._all)

    def _admission(self, case: ReplayedEpisode) -> Admission:
        override = case.escalation.current.override
        known = case.desk in self._policy.desks
        decision = Decision.HELD if case.admitted is None else Decision.ADMITTED
        unread = case.unread or case.doubt
        if unread is not None or not known:
            decision = Decision.HELD if not known else Decision.UNKNOWN
        waits = ""
        if known and case.admitted is not None and case.assignee != case.wanted:
            waits = self._capacity.busy(case, case.wanted) or _NEXT
        return Admission(
            ticket=case.ticket,
            decision=decision,
            since=case.admitted or case.arrived,
            why=case.why if known else no_desk(case.desk),
            obstacles=case.obstacles if known else (),
            override=override.by if override and self._capacity.passes(case) else "",
            assignee=case.assignee,
            waits=waits,
            acknowledged=case.verdict if isinstance(case.verdict, Acknowledgement) else None,
            unread=unread if known else None,
        )


def no_desk(desk: str) -> str:
    """Why an escalation is held whose desk the policy does not know."""
    return f"no desk: the policy knows no desk {desk}"
