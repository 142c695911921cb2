"""How far back each desk's channel is searched for announcements, fixed before anything is read.

A run reads a channel once. A range that grew after that would be ignored, and an announcement
outside of it would be posted a second time.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from reconciler.model.declared import Declared
from reconciler.model.desired import Desired
from reconciler.model.receipt import Receipt
from reconciler.reconcile.inventory.survey import Survey

LOOK_BACK: Final = timedelta(days=30)
"""The least that is searched, for pull requests that were closed since the last run."""
BEFORE_ARRIVAL: Final = timedelta(days=180)
"""How long a pull request may have been open if its opening time is unknown."""


def starts(
    now: datetime,
    survey: Survey,
    declared: Iterable[Declared],
    pull_requests: Iterable[Desired],
) -> Mapping[str, float]:
    """By channel id, the moment from which on it is searched, in seconds of Unix time.

    It covers all posts of every escalation and open pull request of the channel.
    """
    found: dict[str, float] = {}
    for channel, moment in _moments(now, survey, tuple(declared), tuple(pull_requests)):
        found[channel] = min(moment, found.get(channel, default_start(now)))
    return found


def default_start(now: datetime) -> float:
    """From when on a channel is searched by default, in seconds of Unix time."""
    return (now - LOOK_BACK).timestamp()


def _moments(
    now: datetime,
    survey: Survey,
    declared: tuple[Declared, ...],
    pull_requests: tuple[Desired, ...],
) -> Iterator[tuple[str, float]]:
    for each in declared:
        ticket = survey.tickets.get(each.ticket)
        receipt = ticket.receipt if ticket else None
        for moment in _posting_times(now, each, receipt):
            channel = announced_in(survey, each.announced_in, receipt)
            if channel is not None:
                yield channel, moment
    for desired in pull_requests:
        channel = survey.desk_channel(desired.announcement.channel_name).id
        if channel is not None:
            opened = desired.pull_request.opened_at if desired.pull_request else None
            yield channel, (opened or now - BEFORE_ARRIVAL).timestamp()


def _posting_times(now: datetime, declared: Declared, receipt: Receipt | None) -> Iterator[float]:
    """When its announcements were posted; without a receipt, the earliest possible time."""
    if receipt is not None and receipt.announcements:
        yield from (float(post.ts) for post in receipt.announcements.values())
    elif not declared.phase.ended:
        yield ((declared.since or now) - BEFORE_ARRIVAL).timestamp()


def announced_in(survey: Survey, channel: str, receipt: Receipt | None) -> str | None:
    """Id of the channel with the announcement: the one it is in, or the one the policy names.

    `channel` is that name.
    """
    known = receipt.announced_in if receipt and receipt.announcements else None
    return known or survey.desk_channel(channel).id
