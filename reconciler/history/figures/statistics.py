"""Median and 90th percentile, by nearest rank."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final

from reconciler.model.report import Spread

MEDIAN: Final = 50
HIGH: Final = 90


def percentile(ordered: Sequence[timedelta], percent: int) -> timedelta:
    """The nearest-rank percentile of values in rising order, of which there is at least one.

    The smallest of the values that at least so many per cent of them do not exceed: always a time
    that really was taken, never one between two. Of an even number, the median is the lower of the
    two in the middle.

    Raises ValueError without values, or for a percentage that is not from 1 to 100.
    """
    if not ordered:
        raise ValueError("nothing has no percentile")
    if not 1 <= percent <= 100:  # noqa: PLR2004 - per cent
        raise ValueError(f"{percent} is no percentage from 1 to 100")
    rank = -(-len(ordered) * percent // 100)
    return ordered[rank - 1]


def spread(taken: Iterable[timedelta | None]) -> Spread:
    """What is known of the times that something took; None is a time that nobody knows."""
    everything = list(taken)
    ordered = sorted(each for each in everything if each is not None)
    unknown = len(everything) - len(ordered)
    if not ordered:
        return Spread(known=0, unknown=unknown)
    return Spread(
        known=len(ordered),
        unknown=unknown,
        median_seconds=_seconds(percentile(ordered, MEDIAN)),
        p90_seconds=_seconds(percentile(ordered, HIGH)),
    )


def _seconds(span: timedelta) -> int:
    return span // timedelta(seconds=1)
