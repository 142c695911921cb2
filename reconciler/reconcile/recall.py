"""The receipt of an escalation, corrected by what was observed."""

from typing import Final

from reconciler.model.desired import Desired
from reconciler.model.drift import Drift
from reconciler.model.latest_events import latest_events
from reconciler.model.observed import Channel, Observed, Ticket
from reconciler.model.receipt import (
    BY_HAND,
    ChannelReceipt,
    PostReceipt,
    Receipt,
)
from reconciler.reconcile.facet import Evidence
from reconciler.reconcile.facets import FACETS
from reconciler.reconcile.trusted_receipt import FRESH, trusted

_ACKNOWLEDGED: Final = "acknowledged"


def recall(desired: Desired, observed: Observed, ticket: Ticket) -> Receipt:
    """The receipt as it would be if it recorded everything that was observed.

    Equal to the stored receipt unless an answer was lost, a run failed, or people made changes.
    """
    return latest_events(_recalled(desired, observed, ticket))


def _recalled(desired: Desired, observed: Observed, ticket: Ticket) -> Receipt:
    receipt, _ = trusted(desired, observed, ticket)
    seen = Evidence(desired, observed, ticket)
    parts: dict[str, object] = {}
    for facet in FACETS:
        parts |= facet.recall(receipt, seen)
    receipt = receipt.model_copy(update=parts)
    channel = observed.channel
    if channel is None or channel.hidden or (channel.archived and not desired.phase.ended):
        return receipt
    if receipt.channel is not None and receipt.channel.id != channel.id:
        receipt = without_channel(receipt)  # made by a run that failed before it wrote the receipt
    name = _name(receipt, desired, channel)
    parts = {
        "channel": name,
        "earlier_channels": _but(receipt.earlier_channels, (name,)),
        "archived": channel.archived,
    }
    for facet in FACETS:
        parts |= facet.recall_in_channel(receipt, seen, channel)
    return receipt.model_copy(update=parts)


def without_channel(receipt: Receipt) -> Receipt:
    """The receipt for a fresh channel: nothing has been done in it."""
    left = (receipt.channel,) if receipt.channel else ()
    return receipt.model_copy(
        update={
            **FRESH,
            "earlier_channels": (*_but(receipt.earlier_channels, left), *left),
        }
    )


def as_posted(desired: Desired, receipt: Receipt) -> Receipt:
    """The receipt of an import: every message for the present state of the file counts as posted.

    Later changes of the file are posted as usual.
    """
    parts: dict[str, object] = {"comments": tuple(sorted({*receipt.comments, _ACKNOWLEDGED}))}
    root = desired.announcement.root
    if root:
        kinds = [_ACKNOWLEDGED, *(each.key for each in desired.announcement.replies)]
        posted = {kind: PostReceipt(ts=root, rev=BY_HAND) for kind in kinds}
        parts["replies"] = {**posted, **receipt.replies}
    return receipt.model_copy(update=parts)


def _but(
    channels: tuple[ChannelReceipt, ...], others: tuple[ChannelReceipt, ...]
) -> tuple[ChannelReceipt, ...]:
    ids = {each.id for each in others}
    return tuple(each for each in channels if each.id not in ids)


def _name(receipt: Receipt, desired: Desired, channel: Channel) -> ChannelReceipt:
    """The channel, with the name that the ticket should show."""
    known = receipt.channel
    if known is None or known.id != channel.id or desired.drift.channel_name is Drift.ADOPT:
        return ChannelReceipt(id=channel.id, name=channel.name)
    return known
