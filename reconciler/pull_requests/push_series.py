"""Who brought what onto a branch, by the pushes that the forge saw."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from reconciler.model.forge import Account, PullRequest, Push

ACTIONS_LOGIN: Final = "github-actions[bot]"
"""The account of every workflow, also of one that somebody pushed to a branch."""


class PushSeries(NamedTuple):
    """Pushes of one account without another's in between."""

    actor: Account | None
    """None if it is unknown who pushed."""
    before: str
    """The head before them; empty if they made the branch."""
    after: str
    at: datetime
    """When the first of them was pushed."""


def in_series(
    pushes: Sequence[Push], until: datetime | None, forms: Collection[int]
) -> tuple[PushSeries, ...]:
    """Pushes until a moment, oldest first, those of one account put together.

    An account of forms speaks for somebody else each time, so its pushes stay apart.
    """
    return tuple(_series([each for each in pushes if until is None or each.at <= until], forms))


def _series(pushes: Sequence[Push], forms: Collection[int]) -> Iterator[PushSeries]:
    open_: PushSeries | None = None
    for push in pushes:
        actor = push.actor
        same = (
            open_ is not None
            and actor is not None
            and open_.actor is not None
            and open_.actor.id == actor.id
            and actor.id not in forms
            and open_.after == push.before
        )
        if open_ is not None and same:
            open_ = open_._replace(after=push.after)
            continue
        if open_ is not None:
            yield open_
        open_ = PushSeries(actor, push.before, push.after, push.at)
    if open_ is not None:
        yield open_


def head_at(pull_request: PullRequest, pushes: Sequence[Push], at: datetime) -> str:
    """The head of the branch when something was said on it; empty if it is unknown.

    What was pushed in the same second may have come after it.
    """
    merged = pull_request.merged_at
    if merged is not None and at > merged:
        return pull_request.head
    earlier = [each.after for each in pushes if each.at < at]
    first = [each.after for each in pushes[:1] if not each.before]
    return next(iter([*reversed(earlier), *first]), "")


def opened_head(pull_request: PullRequest, pushes: Sequence[Push]) -> str:
    """The head of the branch when a pull request was opened; empty if it is unknown.

    The forge's times are whole seconds. What was pushed in the second of the opening may have come
    after it, except for what made the branch.
    """
    opened = pull_request.opened_at
    if opened is None or not pushes:
        return ""
    earlier = [each.after for each in pushes if each.at < opened]
    if earlier:
        return earlier[-1]
    first = pushes[0]
    return first.after if first.at == opened and not first.before else ""
