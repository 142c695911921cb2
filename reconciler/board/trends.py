"""Figures over time: how long things take, who carries how much, and other limits."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta
from itertools import chain
from typing import Final

from reconciler.board.source import BoardSource
from reconciler.history.figures.survival import FEWEST, Curve, TimeTaken, curve
from reconciler.history.figures.tally import to_acknowledge
from reconciler.history.simulation import passages, replayed
from reconciler.model.board import CurvePoint, Load, TimeCurve, Trends, TriedLimits
from reconciler.model.episode_history import Ending, EpisodeHistory
from reconciler.model.policy import Policy
from reconciler.model.simulation import OtherLimits

_MOST_POINTS: Final = 120
"""On a screen, more points of a curve look the same."""


def trends(source: BoardSource) -> Trends:
    """The figures of the report's period, and curves of the whole history."""
    dated = [each for each in source.histories if each.is_dated]
    engineers, teams = _loads(source)
    return Trends(
        report=source.report,
        curves=(
            _shown("acknowledge", curve(_acknowledged(dated, source.now))),
            _shown("assign", curve(_assigned(dated, source.now))),
            _shown("resolve", curve(_resolved(dated, source.now))),
        ),
        engineers=engineers,
        teams=teams,
        tried=tuple(_tried(source)),
    )


def _acknowledged(episodes: Iterable[EpisodeHistory], now: datetime) -> Iterator[TimeTaken]:
    """From ready for review. What is not acknowledged has waited at least since it arrived."""
    for each in episodes:
        took = to_acknowledge(each)
        if took is not None:
            yield TimeTaken(took, happened=True)
        elif each.by_review and each.acknowledged is None:
            yield TimeTaken((each.ended or now) - each.escalated, happened=False)


def _assigned(episodes: Iterable[EpisodeHistory], now: datetime) -> Iterator[TimeTaken]:
    for each in episodes:
        until = each.assigned or each.ended or now
        yield TimeTaken(until - each.escalated, happened=each.assigned is not None)


def _resolved(episodes: Iterable[EpisodeHistory], now: datetime) -> Iterator[TimeTaken]:
    for each in episodes:
        resolved = each.ending is Ending.RESOLVED
        yield TimeTaken((each.ended or now) - each.escalated, happened=resolved)


def _shown(name: str, found: Curve) -> TimeCurve:
    steps = found.steps
    stride = max(1, -(-len(steps) // _MOST_POINTS))
    kept = [*steps[:-1:stride], *steps[-1:]]
    return TimeCurve(
        name=name,
        events=found.events,
        pending=found.pending,
        fewest=FEWEST,
        points=tuple(
            CurvePoint(each.after / timedelta(seconds=1), each.share, each.low, each.high)
            for each in kept
        ),
        median=found.median,
        earliest=found.median_interval[0],
        latest=found.median_interval[1],
    )


def _loads(source: BoardSource) -> tuple[tuple[Load, ...], tuple[Load, ...]]:
    """By engineer and by team: what is active now, and what was assigned in the period."""
    active: Counter[str] = Counter(
        each.assignee for each in source.admissions.by_ticket.values() if each.assignee
    )
    assigned: Counter[str] = Counter(_assignees(source))
    people = sorted(active.keys() | assigned.keys())
    engineers = [Load(source.roster.name(p), active[p], assigned[p]) for p in people]
    by_team: dict[str, list[int]] = {}
    for person in people:
        counts = by_team.setdefault(_team(source, person), [0, 0])
        counts[0] += active[person]
        counts[1] += assigned[person]
    teams = [Load(name, *counts) for name, counts in sorted(by_team.items())]
    return _heaviest(engineers), _heaviest(teams)


def _heaviest(loads: Sequence[Load]) -> tuple[Load, ...]:
    return tuple(sorted(loads, key=lambda each: (-each.active, -each.assigned, each.name)))


def _assignees(source: BoardSource) -> Iterator[str]:
    """The last assignee of each episode whose assignment counted in the period."""
    first, last = source.report.first_day, source.report.last_day
    since = datetime.combine(first, time.min, source.policy.zone)
    until = datetime.combine(last, time.max, source.policy.zone)
    for ticket, version in source.latest.items():
        if version.escalation is None:
            continue
        episodes = chain([version.escalation], version.escalation.episodes)
        for number, episode in enumerate(episodes, 1):
            known = source.by_episode.get((ticket, number))
            counted = known.assigned if known else None
            if episode.assignee and counted and since <= counted <= until:
                yield episode.assignee


def _team(source: BoardSource, handle: str) -> str:
    person = source.roster.people.get(handle)
    team = source.roster.teams.get(person.team) if person else None
    return team.name if team else "not on the roster"


def _tried(source: BoardSource) -> Iterator[TriedLimits]:
    """The whole history under one less, the same and one more of each limit."""
    for change in (-1, 0, 1):
        others = _changed_limits(source.policy, change)
        found = source.histories
        if change:
            found = replayed(source.timeline, source.now, others, source.verdicts)
        for desk, other in sorted(others.items()):
            mine = [each for each in found if each.desk == desk and each.is_dated]
            if mine:
                counts = passages(mine, source.now, source.policy.zone)
                words = f"{other.per_day} per day, {other.active} active"
                shown = words if change else "as they were"
                yield TriedLimits(desk, shown, counts.waited, counts.never)


def _changed_limits(policy: Policy, change: int) -> dict[str, OtherLimits]:
    return {
        desk: OtherLimits(
            per_day=max(each.limits.per_day + change, 0),
            active=max(each.limits.active + change, 0),
        )
        for desk, each in policy.desks.items()
    }
