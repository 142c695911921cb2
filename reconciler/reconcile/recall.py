"""What is known of an escalation: the receipt, corrected by whatever was really seen."""

import dataclasses
from collections.abc import Mapping

from reconciler.model.desired import Desired
from reconciler.model.drift import Drift
from reconciler.model.observed import Channel, Observed, Priority, Reading, Ticket
from reconciler.model.receipt import (
    BY_HAND,
    UNDER_MARK,
    AcknowledgementReceipt,
    BookmarkReceipt,
    ChannelReceipt,
    PostReceipt,
    PriorityReceipt,
    Receipt,
    TextReceipt,
)
from reconciler.reconcile.same_text import same_text
from reconciler.reconcile.trusted_receipt import FRESH, trusted


def recall(desired: Desired, observed: Observed, ticket: Ticket) -> Receipt:
    """The receipt as it would be if everything seen had been remembered.

    Equal to the stored receipt when nothing was lost, crashed half-way or moved by hand.
    """
    receipt, _ = trusted(desired, observed, ticket)
    receipt = receipt.model_copy(
        update=_of_ticket(receipt, desired, observed, ticket)
        | _of_announcement(receipt, desired, observed)
    )
    channel = observed.channel
    if channel is None or channel.hidden or (channel.archived and not desired.phase.ended):
        return receipt
    if receipt.channel is not None and receipt.channel.id != channel.id:
        receipt = without_channel(receipt)  # made by a run that died before it could remember
    return receipt.model_copy(update=_of_channel(receipt, desired, observed, channel))


def without_channel(receipt: Receipt) -> Receipt:
    """The receipt for a fresh channel: nothing has been done in it."""
    left = (receipt.channel,) if receipt.channel else ()
    return receipt.model_copy(
        update={
            **FRESH,
            "earlier_channels": (*_but(receipt.earlier_channels, left), *left),
        }
    )


def _but(
    channels: tuple[ChannelReceipt, ...], others: tuple[ChannelReceipt, ...]
) -> tuple[ChannelReceipt, ...]:
    ids = {each.id for each in others}
    return tuple(each for each in channels if each.id not in ids)


def _of_ticket(
    receipt: Receipt, desired: Desired, observed: Observed, ticket: Ticket
) -> dict[str, object]:
    want = desired.jira
    seen: dict[str, object] = {}
    label_on = want.label in ticket.labels
    if label_on and want.escalated:
        seen["labelled"] = True
    if not want.escalated and not label_on:
        seen["labelled"] = False
    looked = Reading.CHANGELOG in observed.readings
    seen["priority"] = _priority(receipt, desired, ticket, looked=looked)
    account = observed.jira_ids.get(want.assignee or "")
    if want.assignee is None:
        seen["assignee"] = None  # whoever is named next is news
    elif account is not None and ticket.assignee == account:
        seen["assignee"] = account
    seen["acknowledged"] = _acknowledged(receipt, desired)
    made = {*receipt.comments, *ticket.comments}
    seen["comments"] = tuple(sorted(made))
    return seen


def _acknowledged(receipt: Receipt, desired: Desired) -> AcknowledgementReceipt | None:
    """What is worth remembering so that the forge need not be asked again."""
    found = desired.acknowledged
    if found is None or not found.seal:
        return receipt.acknowledged
    kept = receipt.acknowledged.model_extra if receipt.acknowledged else None
    return AcknowledgementReceipt(**{**(kept or {}), **dataclasses.asdict(found)})


def _priority(
    receipt: Receipt, desired: Desired, ticket: Ticket, *, looked: bool
) -> PriorityReceipt | None:
    """What to put back in the end, as far as that is known without having been told."""
    known, current = receipt.priority, ticket.priority
    raised = current is not None and current.name == desired.jira.priority
    label_on = desired.jira.label in ticket.labels
    if known is not None:
        # In the end, a priority that somebody chose since wins: there is nothing to put back.
        ours = current is not None and current.id == known.ours
        # The label tells nothing of that: somebody may have taken it off before the end.
        owed = ours and (label_on or known.previous_id != known.ours)
        keep = desired.jira.escalated or owed
        return _given_up(known, desired, raised=raised, ours=ours) if keep else None
    if current is None or not raised or (not label_on and not desired.jira.escalated):
        return None
    if label_on:  # raised in a run whose receipt is lost, or by hand before there was a file
        return _priority_receipt(ticket.previous_priority, current) if looked else None
    return _priority_receipt(current, current)


def _given_up(
    known: PriorityReceipt, desired: Desired, *, raised: bool, ours: bool
) -> PriorityReceipt:
    adopts = desired.drift.priority is Drift.ADOPT
    lowered = desired.jira.escalated and not raised and not ours
    return known.model_copy(update={"given_up": adopts and (known.given_up or lowered)})


def _priority_receipt(previous: Priority | None, ours: Priority) -> PriorityReceipt:
    return PriorityReceipt(
        previous_id=previous.id if previous else None,
        previous_name=previous.name if previous else None,
        ours=ours.id,
    )


def _of_announcement(receipt: Receipt, desired: Desired, observed: Observed) -> dict[str, object]:
    seen: dict[str, object] = {}
    announced, want = observed.announced, desired.announcement
    root = {want.message.kind: PostReceipt(ts=want.root, rev=BY_HAND)} if want.root else {}
    if announced.channel is not None and (announced.messages or receipt.announcements or root):
        seen["announced_in"] = announced.channel
    if announced.messages is not None or root:
        known = receipt.announcements if announced.messages is None else announced.messages
        seen["announcements"] = {**known, **root}
    if announced.replies is not None:
        seen["replies"] = _events(receipt.replies, announced.replies)
    return seen


def _events(
    told: Mapping[str, PostReceipt], seen: Mapping[str, PostReceipt]
) -> dict[str, PostReceipt]:
    """Events stay told even when somebody deleted the message, or a mark alone remembers them."""
    marked = {kind: post for kind, post in told.items() if post.rev == UNDER_MARK}
    return {**told, **seen, **marked}


def _of_channel(
    receipt: Receipt, desired: Desired, observed: Observed, channel: Channel
) -> dict[str, object]:
    want = desired.channel
    name = _name(receipt, desired, channel)
    seen: dict[str, object] = {
        "channel": name,
        "earlier_channels": _but(receipt.earlier_channels, (name,)),
        "archived": channel.archived,
        "topic": _text(receipt.topic, want.topic.text, want.topic.rev, channel.topic),
        "purpose": _text(receipt.purpose, want.purpose.text, want.purpose.rev, channel.purpose),
    }
    if channel.posts is not None:
        events = {kind: post for kind, post in receipt.posts.items() if kind != "brief"}
        seen["posts"] = _events(events, channel.posts)
    if channel.pins is not None:
        posts = channel.posts if channel.posts is not None else receipt.posts
        brief = posts.get("brief")
        seen["pinned"] = brief.ts if brief and brief.ts in channel.pins else None
    if channel.bookmarks is not None:
        seen["bookmarks"] = _bookmarks(receipt, desired, channel, observed.bot)
    present = (channel.members or frozenset()) | channel.joined
    wanted = {observed.slack_ids.get(each.handle) for each in want.invitees}
    seen["invited"] = tuple(sorted({*receipt.invited, *(present & wanted)} - {None}))
    return seen


def _name(receipt: Receipt, desired: Desired, channel: Channel) -> ChannelReceipt:
    """The channel by the name that the ticket is to tell."""
    known = receipt.channel
    if known is None or known.id != channel.id or desired.drift.channel_name is Drift.ADOPT:
        return ChannelReceipt(id=channel.id, name=channel.name)
    return known


def _text(known: TextReceipt | None, text: str, rev: str, stored: str) -> TextReceipt | None:
    if (known is None or known.rev != rev) and same_text(text, stored):
        return TextReceipt(rev=rev, stored=stored)  # set by a run that could not tell us
    return known


def _bookmarks(
    receipt: Receipt, desired: Desired, channel: Channel, bot: str
) -> dict[str, BookmarkReceipt]:
    """Those with our link, and what the receipt names if we changed it last or it has our title.

    A person's bookmark is not taken for ours because the receipt says so.
    """
    found: dict[str, BookmarkReceipt] = {}
    for want in desired.channel.bookmarks:
        known = receipt.bookmarks.get(want.kind)
        for each in channel.bookmarks or ():
            ours = each.title == want.title or each.updated_by == bot
            if (known and each.id == known.id and ours) or each.link == want.link:
                right = (each.title, each.link) == (want.title, want.link)
                found[want.kind] = BookmarkReceipt(id=each.id, rev=want.rev if right else "")
                break
    return found
