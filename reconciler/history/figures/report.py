"""The report on a period, from the episodes of escalations and the teams of their initiators."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from reconciler.history.figures.period import Period, shifted
from reconciler.history.figures.tally import concerns, figures
from reconciler.model.episode_history import EpisodeHistory
from reconciler.model.escalation import ImpactLevel
from reconciler.model.report import FigureGroup, Figures, Notable, Report

Key = tuple[str, int]
"""The ticket and the number of its episode."""
_IMPACTS: Final = tuple(str(each) for each in ImpactLevel)


@dataclass(frozen=True)
class ReportRequest:
    """What a report is asked for."""

    period: Period
    now: datetime
    desks: tuple[str, ...] = ()
    """Keys; none of them means all."""

    @property
    def before(self) -> Period | None:
        """The month before, when a month is asked for."""
        if self.period.month is None:
            return None
        return Period(shifted(self.period.first, -1), self.period.first, self.period.zone)


@dataclass(frozen=True)
class Known:
    """What is known of escalations."""

    episodes: tuple[EpisodeHistory, ...]
    teams: Mapping[Key, str] = field(default_factory=dict)
    """The initiator's team, where a roster tells."""
    notes: tuple[str, ...] = ()


def relevant(
    episodes: Iterable[EpisodeHistory], question: ReportRequest
) -> Iterator[EpisodeHistory]:
    """Those that a question is about."""
    return (
        each
        for each in episodes
        if concerns(each, question.period) and _is_asked(each, question.desks)
    )


def report(known: Known, question: ReportRequest) -> Report:
    """How the escalations went that a question is about."""
    period, now = question.period, question.now
    asked = [each for each in known.episodes if _is_asked(each, question.desks)]
    mine = [each for each in asked if concerns(each, period)]
    dated = [each for each in mine if each.is_dated]
    before = question.before
    months = [(_named(each), figures(mine, each, now)) for each in _begun(mine, period, now)]

    def by(key: Callable[[EpisodeHistory], str | None]) -> dict[str | None, Figures]:
        kinds: dict[str | None, list[EpisodeHistory]] = {}
        for each in mine:
            kinds.setdefault(key(each), []).append(each)
        return {kind: figures(some, period, now) for kind, some in kinds.items()}

    return Report(
        at=now.astimezone(period.zone),
        time_zone=period.zone.key,
        first_day=period.first,
        last_day=period.last,
        month=period.month,
        desks=question.desks,
        total=figures(mine, period, now),
        month_before=figures(asked, before, now) if before else None,
        by_month=tuple(FigureGroup(key=key, figures=each) for key, each in months),
        by_desk=_groups(by(lambda each: each.desk)),
        by_team=_groups(by(lambda each: known.teams.get((each.ticket, each.episode)))),
        by_impact=_groups(by(lambda each: str(each.impact)), _IMPACTS),
        limits_met=_notable(
            (each, at, str(limit)) for each in dated for limit, at in each.met if at in period
        ),
        overrides=_notable(
            (each, each.overridden, each.overrider) for each in dated if each.overridden in period
        ),
        reopenings=_notable(
            (each, each.escalated, "") for each in dated if each.again and each.escalated in period
        ),
        notes=known.notes,
    )


def _is_asked(episode: EpisodeHistory, desks: tuple[str, ...]) -> bool:
    return not desks or episode.desk in desks


def _begun(episodes: Iterable[EpisodeHistory], period: Period, now: datetime) -> Iterator[Period]:
    """The months of a period from the first that has anything to tell, up to the present."""
    first = min((each.escalated for each in episodes), default=now)
    return (each for each in period.months() if first < each.until and each.since <= now)


def _named(month: Period) -> str:
    return f"{month.first:%Y-%m}"


def _groups(
    found: Mapping[str | None, Figures], order: tuple[str, ...] = ()
) -> tuple[FigureGroup, ...]:
    """In the order given or of the alphabet; what is unknown comes last."""

    def rank(key: str | None) -> tuple[bool, int, str]:
        return key is None, order.index(key) if key in order else 0, key or ""

    return tuple(FigureGroup(key=key, figures=found[key]) for key in sorted(found, key=rank))


def _notable(found: Iterable[tuple[EpisodeHistory, datetime | None, str]]) -> tuple[Notable, ...]:
    notable = [Notable(ticket=each.ticket, at=at, what=what) for each, at, what in found if at]
    return tuple(sorted(notable, key=lambda each: (each.at, each.ticket, each.what)))
