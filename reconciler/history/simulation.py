"""The history replayed under other limits: who would have waited, how long, and who never passed.

The replay is the one that decides about admission, with other limits in each policy. Files stay as
they were: an escalation ends when it really ended, whenever it would have been admitted.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Final
from zoneinfo import ZoneInfo

from reconciler.history.admit import episode_histories
from reconciler.history.figures.statistics import spread
from reconciler.history.remaining_capacity import day_of
from reconciler.model.acknowledgement import Verdict
from reconciler.model.episode_history import EpisodeHistory
from reconciler.model.policy import Limits, Policy
from reconciler.model.simulation import (
    DeskLimits,
    OtherLimits,
    Passage,
    Passages,
    SimulatedDesk,
    SimulatedEscalation,
    Simulation,
    Wait,
)
from reconciler.model.timeline import Timeline

Verdicts = Mapping[tuple[str, str], Verdict]

_OTHER_PEOPLE: Final = (
    "People act differently under other limits: they escalate, resolve and override at other "
    "times. The simulation keeps what they really did."
)
_OTHER_ENDS: Final = (
    "An escalation that waits longer would also end later. The simulation ends each one when it "
    "really ended, so real waits would be longer."
)
_NEVER_PROPOSED: Final = (
    "An escalation that people never proposed, or that was refused before the merge, is not in the "
    "history."
)
UNKNOWN: Final = (_OTHER_PEOPLE, _OTHER_ENDS, _NEVER_PROPOSED)
_NO_END: Final = (
    "{0} escalation(s) would never have been admitted. Whether they would have ended at that time "
    "is unknown."
)


def simulate(
    timeline: Timeline,
    now: datetime,
    others: Mapping[str, OtherLimits],
    verdicts: Verdicts | None = None,
) -> Simulation:
    """Replay the history up to `now` under the limits in force, and under others by desk."""
    real = episode_histories(timeline, now, verdicts)
    other = replayed(timeline, now, others, verdicts)
    pairs = [pair for pair in zip(real, other, strict=True) if pair[0].desk in others]
    compared = [_compared(was, would, now) for was, would in pairs]
    desks = [_desk(timeline, desk, others[desk], pairs, now) for desk in sorted(others)]
    never = sum(each.simulated.passage is Passage.NEVER for each in compared)
    return Simulation(
        at=now,
        since=min((was.escalated for was, _ in pairs), default=None),
        escalated=len(pairs),
        desks=tuple(desk for desk in desks if desk is not None),
        escalations=tuple(each for each in compared if _is_notable(each)),
        unknown=(*UNKNOWN, *([_NO_END.format(never)] if never else [])),
    )


def replayed(
    timeline: Timeline,
    now: datetime,
    others: Mapping[str, OtherLimits],
    verdicts: Verdicts | None = None,
) -> tuple[EpisodeHistory, ...]:
    """How every episode would have gone under other limits by desk."""
    return episode_histories(with_limits(timeline, others), now, verdicts)


def with_limits(timeline: Timeline, others: Mapping[str, OtherLimits]) -> Timeline:
    """The same history with other limits in every policy that has these desks."""
    policies = tuple((commit, _with_limits(each, others)) for commit, each in timeline.policies)
    return replace(timeline, policies=policies)


def changed_limits(before: Policy, after: Policy) -> dict[str, OtherLimits]:
    """The limits that a policy changes, of desks that both have."""
    return {
        key: OtherLimits(**dict(desk.limits))
        for key, desk in after.desks.items()
        if key in before.desks and before.desks[key].limits != desk.limits
    }


def desks_of_history(timeline: Timeline) -> list[str]:
    """Every desk that a policy ever had."""
    return sorted({desk for _, policy in timeline.policies for desk in policy.desks})


def passed(episode: EpisodeHistory, now: datetime) -> Wait:
    """How an episode passed the limits up to `now`."""
    passage = _passage(episode)
    until = episode.admitted or episode.ended or now
    since = episode.acknowledged or until
    waited = passage in {Passage.LATER, Passage.NEVER, Passage.WAITING}
    return Wait(
        passage=passage,
        seconds=(until - since) // timedelta(seconds=1) if waited else 0,
        limit=episode.met[0][0] if episode.met else None,
        admitted=episode.admitted and episode.admitted.astimezone(UTC),
        assigned=episode.assigned and episode.assigned.astimezone(UTC),
    )


def _passage(episode: EpisodeHistory) -> Passage:
    if episode.acknowledged is None:
        return Passage.OTHER
    if episode.admitted is not None:
        at_once = episode.admitted <= episode.acknowledged or not episode.met
        return Passage.AT_ONCE if at_once else Passage.LATER
    if not episode.met:
        return Passage.OTHER
    return Passage.WAITING if episode.ended is None else Passage.NEVER


def _with_limits(policy: Policy, others: Mapping[str, OtherLimits]) -> Policy:
    desks = {
        key: desk.model_copy(update={"limits": _limits(desk.limits, others.get(key))})
        for key, desk in policy.desks.items()
    }
    return policy.model_copy(update={"desks": desks})


def _limits(limits: Limits, other: OtherLimits | None) -> Limits:
    changed = {} if other is None else other._asdict()
    return limits.model_copy(
        update={key: value for key, value in changed.items() if value is not None}
    )


def _compared(was: EpisodeHistory, would: EpisodeHistory, now: datetime) -> SimulatedEscalation:
    return SimulatedEscalation(
        ticket=was.ticket,
        episode=was.episode,
        desk=was.desk,
        escalated=was.escalated,
        real=passed(was, now),
        simulated=passed(would, now),
    )


def _is_notable(each: SimulatedEscalation) -> bool:
    return each.real != each.simulated or each.simulated.seconds > 0


def _desk(
    timeline: Timeline,
    desk: str,
    other: OtherLimits,
    pairs: Sequence[tuple[EpisodeHistory, EpisodeHistory]],
    now: datetime,
) -> SimulatedDesk | None:
    """The figures of a desk; None if no policy ever had it."""
    latest = next((each for _, each in reversed(timeline.policies) if desk in each.desks), None)
    if latest is None:
        return None
    in_force = latest.desks[desk].limits
    mine = [pair for pair in pairs if pair[0].desk == desk]
    return SimulatedDesk(
        desk=desk,
        in_force=_shown(in_force),
        other=_shown(_limits(in_force, other)),
        real=passages([was for was, _ in mine], now, latest.zone),
        simulated=passages([would for _, would in mine], now, latest.zone),
    )


def _shown(limits: Limits) -> DeskLimits:
    return DeskLimits(
        per_day=limits.per_day,
        active=limits.active,
        per_assignee=limits.per_assignee,
        impact_floor=limits.impact_floor,
    )


def passages(episodes: Sequence[EpisodeHistory], now: datetime, zone: ZoneInfo) -> Passages:
    """How many passed at once, waited or never passed; days are those of a time zone."""
    waits = [passed(each, now) for each in episodes]
    by_passage: dict[Passage, list[timedelta]] = defaultdict(list)
    for each in waits:
        by_passage[each.passage].append(timedelta(seconds=each.seconds))
    kinds = (Passage.LATER, Passage.NEVER, Passage.WAITING)
    waited = [took for kind in kinds for took in by_passage[kind]]
    days = [day_of(each.admitted, zone) for each in episodes if each.admitted]
    return Passages(
        at_once=len(by_passage[Passage.AT_ONCE]),
        later=len(by_passage[Passage.LATER]),
        never=len(by_passage[Passage.NEVER]),
        waiting=len(by_passage[Passage.WAITING]),
        wait=spread(waited),
        longest_seconds=max(waited) // timedelta(seconds=1) if waited else None,
        most_active=most_active(episodes),
        most_in_a_day=_most(days),
    )


def most_active(episodes: Iterable[EpisodeHistory]) -> int:
    """The most that were active at one time. What ends frees its place before others take it."""
    steps = sorted(step for each in episodes for step in _steps(each))
    return max(accumulate(change for _, change in steps), default=0)


def _steps(episode: EpisodeHistory) -> Iterator[tuple[datetime, int]]:
    if episode.admitted is not None:
        yield episode.admitted, 1
        if episode.ended is not None:
            yield episode.ended, -1


def _most(values: Iterable[object]) -> int:
    counts: dict[object, int] = defaultdict(int)
    for each in values:
        counts[each] += 1
    return max(counts.values(), default=0)
