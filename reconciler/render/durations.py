"""How long something took, in few characters."""

from datetime import timedelta
from typing import Final

import humanize

from reconciler.model.report import Spread

_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR
_DAYS_ALONE: Final = 100
"""From so many days on, hours say nothing."""
UNKNOWN: Final = "unknown"
NOTHING: Final = "-"


def span(seconds: int) -> str:
    """At most two units, rounded down: 12m, 1h 05m, 2d 3h."""
    days, rest = divmod(seconds, _DAY)
    hours, minutes = rest // _HOUR, rest % _HOUR // _MINUTE
    if days:
        return f"{days}d" if days >= _DAYS_ALONE else f"{days}d {hours}h"
    if hours:
        return f"{hours}h {minutes:02}m"
    return "<1m" if seconds and not minutes else f"{minutes}m"


def in_words(took: timedelta) -> str:
    """In its largest unit: 5 minutes, 18 days. Not in months, to which 18 days would be rounded."""
    return humanize.naturaldelta(took, months=False)


def median(spread: Spread) -> str:
    """The median; that it is unknown, or that there was nothing to take any time."""
    return _shown(spread.median_seconds, spread)


def high(spread: Spread) -> str:
    """The 90th percentile, likewise."""
    return _shown(spread.p90_seconds, spread)


def _shown(seconds: int | None, spread: Spread) -> str:
    if seconds is not None:
        return span(seconds)
    return UNKNOWN if spread.unknown else NOTHING
