"""Which comments on a ticket are the tool's own, and which messages they are.

A comment of the tool's account is known by the receipt, or by its mark. Marks are read only of
comments that the receipt does not tell of: it holds the id up to which every comment of the account
has been looked at. Jira's ids grow, so an id is enough.
"""

from dataclasses import replace
from typing import NamedTuple

from reconciler.model.comment_mark import CHANNEL_COMMENT, age, is_summary
from reconciler.model.observed import Copy, CopyPlace, OwnComment, Ticket, TicketComment
from reconciler.model.receipt import CommentReceipt, Receipt


class _Name(NamedTuple):
    """A ticket keeps the comments that name a key which it had before it was moved."""

    ticket: str
    key: str


def recognised(ticket: Ticket) -> Ticket:
    """The ticket with its comments by key, as far as they are known, and with second copies."""
    found: dict[_Name, list[TicketComment]] = {}
    copies = [each for each in ticket.copies if each.place is not CopyPlace.COMMENT]
    for own in sorted(ticket.own_comments, key=lambda each: age(each.id)):
        known = _known(own, ticket)
        if known is None:
            continue
        name, comment = known
        if _is_late(ticket, name, comment):
            copies.append(_copy(name, comment))
        else:
            found.setdefault(name, []).append(comment)
    comments: dict[str, TicketComment] = {}
    for name, (first, *later) in found.items():
        comments.setdefault(name.key, first)
        copies += [_copy(name, each) for each in later]
    return replace(ticket, comments=comments, copies=tuple(copies))


def unread_comments(ticket: Ticket) -> tuple[str, ...]:
    """Ids of the comments whose marks tell whether they are the tool's."""
    receipt = _receipt(ticket) or Receipt(ticket=ticket.key)
    through, channel = age(receipt.comments_through), receipt.channel_comment
    summaries = {each.id for each in receipt.summary_comments.values()}
    known = {*receipt.event_comments, *summaries, *([channel.id] if channel else ())}
    unknown = {
        each.id
        for each in ticket.own_comments
        if not each.read and each.id not in known and age(each.id) > through
    }
    # A list can lag behind, and then it lacks the latest comment.
    lacking = {channel.id} - {each.id for each in ticket.own_comments} if channel else set()
    return tuple(sorted(unknown | lacking, key=age))


def recalled_comments(receipt: Receipt, ticket: Ticket) -> dict[str, object]:
    """The parts of a receipt about comments, as the ticket shows them."""
    channel = ticket.comments.get(CHANNEL_COMMENT)
    every = {each.id for each in ticket.own_comments}
    events = {each.id for key, each in ticket.comments.items() if key != CHANNEL_COMMENT}
    through, events = receipt.comments_through, events.union(receipt.event_comments) & every
    if not unread_comments(ticket) and not _has_removable_copies(ticket):
        through, events = max([through, *every], key=age), set()
    return {
        "comments": tuple(sorted({*receipt.comments, *ticket.comments})),
        "summary_comments": {
            key: CommentReceipt(id=each.id, rev=each.rev)
            for key, each in ticket.comments.items()
            if is_summary(key)
        },
        "channel_comment": channel and CommentReceipt(id=channel.id, rev=channel.rev),
        "event_comments": tuple(sorted(events, key=age)),
        "comments_through": through,
    }


def _known(own: OwnComment, ticket: Ticket) -> tuple[_Name, TicketComment] | None:
    """Which message a comment is; None if it is not known, or none of the tool's."""
    receipt = _receipt(ticket)
    channel = receipt.channel_comment if receipt else None
    if channel is not None and channel.id == own.id:
        known = TicketComment(own.id, channel.rev, own.touched)
        return _Name(ticket.key, CHANNEL_COMMENT), known
    for key, each in receipt.summary_comments.items() if receipt else ():
        if each.id == own.id:
            return _Name(ticket.key, key), TicketComment(own.id, each.rev, own.touched)
    if own.mark is None or not own.read:
        return None
    comment = TicketComment(own.id, own.mark.digest, own.touched)
    return _Name(own.mark.ticket, own.mark.key), comment


def _is_late(ticket: Ticket, name: _Name, comment: TicketComment) -> bool:
    """True if it is another copy of an event that the receipt lists."""
    receipt = _receipt(ticket)
    if receipt is None or name.key == CHANNEL_COMMENT:
        return False
    summary = receipt.summary_comments.get(name.key)
    if comment.id in {*receipt.event_comments, *([summary.id] if summary else ())}:
        return False
    # A receipt of an earlier version lists keys and no ids.
    has_ids = receipt.comments_through or receipt.event_comments or receipt.channel_comment
    after = age(comment.id) > age(receipt.comments_through)
    return bool(has_ids) and name.ticket == ticket.key and name.key in receipt.comments and after


def _receipt(ticket: Ticket) -> Receipt | None:
    """The receipt, unless it was written when the ticket had another key, or for another one."""
    receipt = ticket.receipt
    return receipt if receipt is not None and receipt.ticket == ticket.key else None


def _has_removable_copies(ticket: Ticket) -> bool:
    return any(each.place is CopyPlace.COMMENT and not each.used for each in ticket.copies)


def _copy(name: _Name, comment: TicketComment) -> Copy:
    return Copy(CopyPlace.COMMENT, name.key, comment.id, used=comment.touched)
