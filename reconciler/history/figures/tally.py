"""Figures of a stretch of time, from the episodes of escalations."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from reconciler.history.figures.period import Period
from reconciler.history.figures.statistics import spread
from reconciler.model.episode_history import Ending, EpisodeHistory, Limit
from reconciler.model.report import Figures, LimitsMet


def figures(episodes: Iterable[EpisodeHistory], period: Period, now: datetime) -> Figures:
    """What happened to escalations within a period, up to now."""
    everything = list(episodes)
    dated = [each for each in everything if each.is_dated]
    begun = [each for each in dated if each.escalated in period]
    over = [each for each in dated if each.ended in period]
    return Figures(
        escalated=len(begun),
        reopened=sum(each.again for each in begun),
        resolved=sum(each.ending is Ending.RESOLVED for each in over),
        withdrawn=sum(each.ending is Ending.WITHDRAWN for each in over),
        dropped=sum(each.ending in {Ending.REMOVED, Ending.REPLACED} for each in over),
        open=sum(is_open(each, min(period.until, now + timedelta.resolution)) for each in dated),
        already_over=sum(not each.is_dated and each.escalated in period for each in everything),
        limits=_limits([limit for each in dated for limit, at in each.met if at in period]),
        overrides=sum(each.overridden in period for each in dated),
        to_acknowledge=spread(
            to_acknowledge(each) for each in dated if each.acknowledged in period
        ),
        to_assign=spread(
            _since_escalated(each, each.assigned) for each in dated if each.assigned in period
        ),
        to_resolve=spread(
            _since_escalated(each, each.ended) for each in over if each.ending is Ending.RESOLVED
        ),
    )


def is_open(episode: EpisodeHistory, at: datetime) -> bool:
    """Whether it was escalated before a moment and not over at that moment."""
    return episode.escalated < at and (episode.ended is None or episode.ended >= at)


def concerns(episode: EpisodeHistory, period: Period) -> bool:
    """Whether a period's figures may count it at all."""
    return episode.escalated < period.until and (
        episode.ended is None or episode.ended >= period.since
    )


def to_acknowledge(episode: EpisodeHistory) -> timedelta | None:
    """From when the pull request was ready for review until it was approved, if that is known."""
    said = episode.acknowledgement
    if said is None or said.ready_at is None or said.at < said.ready_at:
        return None
    return said.at - said.ready_at


def _since_escalated(episode: EpisodeHistory, moment: datetime | None) -> timedelta | None:
    return None if moment is None else moment - episode.escalated


def _limits(met: Sequence[Limit]) -> LimitsMet:
    return LimitsMet(**{limit.value: met.count(limit) for limit in Limit})
