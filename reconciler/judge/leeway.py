"""Whether limits are so far away that the order in which escalations arrived decides nothing."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime

from reconciler.judge import limits
from reconciler.model.arrival import Arrival
from reconciler.model.book import Book
from reconciler.model.phase import phase


def has_leeway(
    book: Book, changed: Collection[str], arrivals: Mapping[str, Arrival], now: datetime
) -> bool:
    """Whether no limit can be passed, in whatever order the escalations arrived.

    `arrivals` are at least today's; `changed` are the paths of what may be new.
    """
    zone = book.policy.zone
    today = limits.day_of(now, zone)
    active = [entry.escalation for entry in limits.active(book.entries)]
    new = Counter(
        entry.escalation.desk
        for entry in book.entries
        if entry.source.path in changed and not phase(entry.escalation).ended
    )
    at_desk = Counter(escalation.desk for escalation in active)
    of_assignee = Counter(escalation.current.assignee for escalation in active)
    of_assignee.pop(None, None)
    return all(
        new[desk] + len(limits.arrived_on(today, desk, arrivals, zone))
        <= limits.limits_of(book, desk).per_day
        for desk in new
    ) and all(
        at_desk[escalation.desk] <= limits.limits_of(book, escalation.desk).active
        and of_assignee[escalation.current.assignee]
        <= limits.limits_of(book, escalation.desk).per_assignee
        for escalation in active
    )
