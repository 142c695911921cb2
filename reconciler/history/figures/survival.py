"""How long something takes, counting what has not happened yet: the Kaplan-Meier estimate.

Source of the interval: Kalbfleisch and Prentice, The Statistical Analysis of Failure Time Data, 2nd
edition, section 1.4: Greenwood's variance on the scale of log(-log), 95 %.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from math import exp, log, sqrt
from typing import Final

FEWEST: Final = 10
"""With fewer events than this, a curve would show chance alone."""
_Z: Final = 1.959964
"""The normal quantile of 97.5 %, for an interval of 95 %."""
_HALF: Final = 0.5 - 1e-9
"""Products of shares are not exact."""


@dataclass(frozen=True, slots=True)
class TimeTaken:
    """How long something took, or has lasted so far."""

    took: timedelta
    happened: bool
    """False if it had not happened when it was last known: the true time is longer."""


@dataclass(frozen=True, slots=True)
class ShareDone:
    """The share that is done after a time, with its interval of 95 %."""

    after: timedelta
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Curve:
    """The share that is done, as steps over time."""

    events: int
    """How many happened."""
    pending: int
    """How many had not happened yet."""
    steps: tuple[ShareDone, ...] = ()
    """Empty if there are too few events."""

    @property
    def too_few(self) -> bool:
        """True if there are too few events for a curve."""
        return self.events < FEWEST

    @property
    def median(self) -> timedelta | None:
        """When half of them are done; None if that is not known."""
        return next((each.after for each in self.steps if each.share >= _HALF), None)

    @property
    def median_interval(self) -> tuple[timedelta | None, timedelta | None]:
        """The interval of the median: each end is None if it is not known."""
        first = next((each.after for each in self.steps if each.high >= _HALF), None)
        return first, next((each.after for each in self.steps if each.low >= _HALF), None)


def curve(spans: Iterable[TimeTaken]) -> Curve:
    """The share that is done after each time at which something happened."""
    ordered = sorted(spans, key=lambda each: (each.took, not each.happened))
    events = sum(each.happened for each in ordered)
    pending = len(ordered) - events
    if events < FEWEST:
        return Curve(events, pending)
    steps: list[ShareDone] = []
    left, open_share, variance = len(ordered), 1.0, 0.0
    for took, same in groupby(ordered, key=lambda each: each.took):
        group = list(same)
        done = sum(each.happened for each in group)
        if done:
            open_share *= 1 - done / left
            variance += done / (left * (left - done)) if left > done else 0.0
            low, high = _interval(open_share, variance)
            steps.append(ShareDone(took, 1 - open_share, 1 - high, 1 - low))
        left -= len(group)
    return Curve(events, pending, tuple(steps))


def _interval(share: float, variance: float) -> tuple[float, float]:
    """The interval of a share that is still open."""
    if not 0 < share < 1:
        return share, share
    width = _Z * sqrt(variance) / log(share)
    return share ** exp(-width), share ** exp(width)
