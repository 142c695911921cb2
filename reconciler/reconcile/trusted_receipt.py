"""Which parts of a receipt count. Any account that may edit the ticket can change the receipt.

`channel_identity` decides which channel is the escalation's. Ids, time stamps, names and the
priority in a receipt count only if Slack and Jira confirm them. Anything else is ignored and
reported.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from reconciler.model.change import Change
from reconciler.model.desired import Desired
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.observed import Observed, Probe, Ticket
from reconciler.model.receipt import PROPERTY, ChannelReceipt, Receipt
from reconciler.reconcile.facet import operation
from reconciler.reconcile.facets.message_operations import EditMessage, Where
from reconciler.reconcile.lost_receipt import lost_diagnostic, shown_by_change_log


def trusted(
    desired: Desired, observed: Observed, ticket: Ticket
) -> tuple[Receipt, tuple[Diagnostic, ...]]:
    """The receipt without what Jira and Slack contradict, and diagnostics of what was removed."""
    receipt = ticket.receipt
    if receipt is None and ticket.lost_receipt is not None:
        shown = shown_by_change_log(desired, ticket)
        lost = lost_diagnostic(ticket, ticket.lost_receipt)
        return shown, (lost, *_passed_over(desired, observed, shown))
    if receipt is None:
        nothing = Receipt(ticket=desired.ticket, counter=ticket.last_counter)
        return nothing, tuple(_passed_over(desired, observed, nothing))
    if receipt.ticket not in {desired.ticket, *observed.former_keys}:
        nothing = Receipt(ticket=desired.ticket, counter=receipt.counter)
        passed_over = _passed_over(desired, observed, nothing)
        return nothing, (_for_another_ticket(desired, receipt), *passed_over)
    diagnostics = list(_passed_over(desired, observed, receipt))
    for check in (_channels, _name, _announcements, _priority):
        receipt, found = check(receipt, observed, ticket)
        diagnostics += found
    return receipt, tuple(diagnostics)


_Checked = tuple[Receipt, tuple[Diagnostic, ...]]


def _channels(receipt: Receipt, observed: Observed, ticket: Ticket) -> _Checked:
    wrong = observed.disowned
    diagnostics = tuple(
        _strange_channel(ticket, each, wrong[each.id])
        for each in _named(receipt)
        if each.id in wrong
    )
    parts: dict[str, object] = {
        "earlier_channels": tuple(each for each in receipt.earlier_channels if each.id not in wrong)
    }
    if receipt.channel is not None and receipt.channel.id in wrong:
        parts |= FRESH
    return receipt.model_copy(update=parts), diagnostics


def _named(receipt: Receipt) -> tuple[ChannelReceipt, ...]:
    """The channels that a receipt names."""
    return (*((receipt.channel,) if receipt.channel else ()), *receipt.earlier_channels)


def _passed_over(desired: Desired, observed: Observed, receipt: Receipt) -> Iterator[Diagnostic]:
    """Channels that are not the escalation's, though the file adopts them or they have its name."""
    named = {each.id for each in _named(receipt)}
    for channel, why in observed.disowned.items():
        if channel in named:
            continue
        if channel == desired.channel.adopted:
            yield Diagnostic(
                "slack.channel",
                f"{desired.path} adopts the channel {channel}, and {why}: it is not this"
                " escalation's",
                "The tool does nothing there, and creates a channel. Correct `adopted` in the"
                " file, or delete it.",
            )
        else:
            yield Diagnostic(
                "slack.channel",
                f"the channel {channel} is or was named after {desired.ticket}, and {why}: it is"
                " not this escalation's",
                f"The tool does nothing there for {desired.ticket}. Rename the channel in Slack, so"
                " that its name shows the right ticket.",
            )


FRESH: Final[dict[str, object]] = {
    "channel": None,
    "posts": {},
    "pinned": None,
    "topic": None,
    "purpose": None,
    "bookmarks": {},
    "invited": (),
    "refused": {},
    "remote_link": None,
    "archived": False,
}
"""The fields of a receipt for a channel in which nothing has been done."""


def _name(receipt: Receipt, observed: Observed, ticket: Ticket) -> _Checked:
    """Replace a channel name that the channel never had."""
    known, channel = receipt.channel, observed.channel
    if known is None or channel is None or channel.id != known.id:
        return receipt, ()
    if channel.previous_names is None or known.name in {channel.name, *channel.previous_names}:
        return receipt, ()
    diagnostic = _diagnostic(
        ticket,
        f"calls the channel #{known.name}, which #{channel.name} was never called",
        f"The tool uses the name #{channel.name}.",
    )
    right = ChannelReceipt(id=channel.id, name=channel.name)
    return receipt.model_copy(update={"channel": right}), (diagnostic,)


def _announcements(receipt: Receipt, observed: Observed, ticket: Ticket) -> _Checked:
    checked = observed.announced.checked
    if checked is None:
        return receipt, ()
    wrong = [
        f"{kind} at {post.ts} in {receipt.announced_in}"
        for kind, post in receipt.announcements.items()
        if kind not in checked
    ]
    parts = {"announcements": dict(checked), "announced_in": observed.announced.channel}
    if not wrong:
        return receipt.model_copy(update={"announcements": dict(checked)}), ()
    diagnostic = _diagnostic(
        ticket,
        f"names messages that are none of the bot's about {ticket.key}: {', '.join(wrong)}",
        "The tool searches for them in the desk's channel.",
    )
    return receipt.model_copy(update=parts), (diagnostic,)


def _priority(receipt: Receipt, observed: Observed, ticket: Ticket) -> _Checked:
    known, log = receipt.priority, ticket.raised_from
    if known is None or log is None or Probe.CHANGELOG not in observed.probed:
        return receipt, ()
    if known.previous_id in {None, known.ours, *(each.id for each in log)}:
        return receipt, ()
    before = log[0] if log else None
    right = known.model_copy(
        update={
            "previous_id": before.id if before else known.ours,
            "previous_name": before.name if before else None,
        }
    )
    diagnostic = _diagnostic(
        ticket,
        f"shows the priority {known.previous_name or 'none'} before the escalation, and the change"
        f" log shows {before.name if before else 'no change of it'}",
        "The tool follows the change log.",
    )
    return receipt.model_copy(update={"priority": right}), (diagnostic,)


def unconfirmed(changes: Iterable[Change], observed: Observed, receipt: Receipt) -> set[Probe]:
    """What must be read before these changes are made, because only the receipt names the place."""
    every, probes = list(changes), set[Probe]()
    channel = observed.channel
    elsewhere = receipt.channel is not None and (
        channel is None or not channel.asked or channel.id != receipt.channel.id
    )
    if every and (elsewhere or receipt.earlier_channels):
        probes.add(Probe.CREATORS)
    for change in every:
        probes |= operation(change).named_by(receipt)
    if Probe.ANNOUNCEMENT in observed.probed or not receipt.announcements:
        probes.discard(Probe.ANNOUNCED)
    return probes - observed.probed


def confirmed(changes: Iterable[Change], observed: Observed) -> Iterator[Change]:
    """The changes without edits of replies and posts that are not there any more."""
    there = {
        Where.THREAD: observed.announced.replies,
        Where.CHANNEL: observed.channel.posts if observed.channel else None,
    }
    for change in changes:
        op = change.op
        if not isinstance(op, EditMessage):
            yield change
            continue
        posts = there.get(op.where)
        if posts is None or (op.kind in posts and posts[op.kind].ts == op.ts):
            yield change


def _strange_channel(ticket: Ticket, channel: ChannelReceipt, why: str) -> Diagnostic:
    return _diagnostic(
        ticket,
        f"names the channel {channel.id}, and {why}: it is not this escalation's",
        "The tool does nothing there, and ignores what the receipt contains about that channel. If"
        " it is the right channel, adopt it: `adopted: {channel: ...}` in the file.",
    )


def _for_another_ticket(desired: Desired, receipt: Receipt) -> Diagnostic:
    return Diagnostic(
        "jira.receipt",
        f"the receipt on {desired.ticket} was written for {receipt.ticket}, and Jira does not"
        f" show that it became {desired.ticket}",
        f"The tool ignores it and writes a new one. Find out who copied the property {PROPERTY}.",
    )


def _diagnostic(ticket: Ticket, what: str, remedy: str) -> Diagnostic:
    return Diagnostic(
        "jira.receipt",
        f"the receipt on {ticket.key} {what}",
        f"{remedy} The tool corrects the receipt. Find out who edited the property {PROPERTY} of"
        f" {ticket.key}.",
    )
