"""When a commit reached the main line, going by dates that anybody can forge."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

SKEW: Final = 600
"""Seconds by which two honest clocks may disagree."""


def effective_times(times: Sequence[int], now: datetime) -> list[datetime]:
    """The time that counts for each commit of a main line, oldest first.

    `times` are the committers' claims in seconds since 1970. A claim is honest when it is neither
    before the latest honest one so far (but for the skew of clocks) nor after now. Whoever claims
    anything else gets the latest time that the commit can have had: that of the next honest commit,
    or now when there is none, for it was pushed after its predecessor and nobody knows when.
    Counted late, an escalation can only be refused where it would have been admitted, never the
    other way round. The times never decrease and are never after now.

    What remains undetectable is a date forged within the gap since the predecessor, and a date
    forged ahead once it has passed: those who came before it look late then, and are counted with
    the next honest commit. Only the time at which the forge says it merged closes these.
    """
    limit = int(now.timestamp())
    latest = 0
    honest: list[int | None] = []
    for time in times:
        is_honest = latest - SKEW <= time <= limit
        latest = max(latest, time) if is_honest else latest
        honest.append(latest if is_honest else None)
    counted = limit
    effective: list[datetime] = []
    for time_or_none in reversed(honest):
        counted = counted if time_or_none is None else time_or_none
        effective.append(datetime.fromtimestamp(counted, UTC))
    return effective[::-1]
