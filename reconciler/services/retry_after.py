"""How long a service asks its callers to wait, read from the headers of an answer."""

import math
import time
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

_LONGEST: Final = 86_400.0
"""A longer wait counts as this one, which no run waits for either."""


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait by `Retry-After`; None if it is missing or makes no sense.

    It is a number of seconds or a date (RFC 9110, section 10.2.3). A date in the past is 0, and
    an endless wait is as long as the longest.
    """
    text = _header(headers, "retry-after")
    seconds = _number(text)
    if seconds is None:
        return _until(text)
    return None if seconds < 0 else _bounded(seconds)


def reset_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait by `X-RateLimit-Reset`, a moment in Unix time; None if it makes no sense."""
    moment = _number(_header(headers, "x-ratelimit-reset"))
    return None if moment is None else _bounded(moment - time.time())


def _number(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return None if math.isnan(found) or found == -math.inf else found


def _until(text: str) -> float | None:
    try:
        moment = parsedate_to_datetime(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return _bounded(moment.timestamp() - time.time())
    except (ValueError, OverflowError):
        return None


def _bounded(wait: float) -> float:
    return min(max(0.0, wait), _LONGEST)


def _header(headers: Mapping[str, str], wanted: str) -> str:
    return next((each for name, each in headers.items() if name.lower() == wanted), "")
