"""Whether a change took effect, by finding what it makes in what was read back."""

from dataclasses import dataclass

from reconciler.model.change import (
    AddBookmark,
    AddComment,
    AddLabel,
    Archive,
    Assign,
    Change,
    CreateChannel,
    EditBookmark,
    EditComment,
    EditMessage,
    Invite,
    JoinChannel,
    LinkTicket,
    Operation,
    Pin,
    PostMessage,
    Remember,
    RemoveLabel,
    RenameChannel,
    SetPriority,
    SetPurpose,
    SetRemoteLink,
    SetTopic,
    Where,
)
from reconciler.model.observed import Announced, Channel, Ticket
from reconciler.model.receipt import Receipt
from reconciler.reconcile.same_text import same_text


@dataclass(frozen=True)
class ReadBack:
    """What was read after the changes were made."""

    ticket: Ticket | None
    channel: Channel | None
    announced: Announced
    memory: Receipt
    """The receipt, corrected by what was read."""


def confirmed(change: Change, seen: ReadBack) -> bool:
    """Whether the effect of a change is there; False where it was not read."""
    op = change.op
    if isinstance(op, PostMessage | EditMessage):
        return _posted(op, seen)
    if seen.channel is not None and (found := _in_channel(op, seen.channel, seen)) is not None:
        return found
    return seen.ticket is not None and _on_ticket(op, seen.ticket, seen)


def _posted(op: PostMessage | EditMessage, seen: ReadBack) -> bool:
    places = {
        Where.CHANNEL: seen.channel.posts if seen.channel else None,
        Where.ANNOUNCEMENT: seen.announced.messages,
        Where.THREAD: seen.announced.replies,
    }
    post = (places[op.where] or {}).get(op.kind)
    return post is not None and (isinstance(op, PostMessage) or post.rev == op.rev)


def _in_channel(  # noqa: PLR0911 - one answer for each operation
    op: Operation, channel: Channel, seen: ReadBack
) -> bool | None:
    """None for an operation that has nothing to do with the channel."""
    match op:
        case CreateChannel(name=name):
            return channel.name == name and not channel.archived and not channel.hidden
        case JoinChannel():
            return channel.bot_is_member
        case RenameChannel(name=name):
            return channel.name == name
        case SetTopic(text=text, rev=rev):
            known = seen.memory.topic
            asked = known is not None and (known.rev, known.stored) == (rev, channel.topic)
            return asked or same_text(text, channel.topic)
        case SetPurpose(text=text, rev=rev):
            known = seen.memory.purpose
            asked = known is not None and (known.rev, known.stored) == (rev, channel.purpose)
            return asked or same_text(text, channel.purpose)
        case Invite(users=users):
            return set(users.values()) <= (channel.members or frozenset()) | channel.joined
        case Pin(kind=kind):
            post = seen.memory.posts.get(kind)
            return post is not None and post.ts in (channel.pins or frozenset())
        case AddBookmark(title=title, link=link) | EditBookmark(title=title, link=link):
            return (title, link) in {(each.title, each.link) for each in channel.bookmarks or ()}
        case Archive():
            return channel.archived
        case _:
            return None


def _on_ticket(  # noqa: PLR0911 - one answer for each operation
    op: Operation, ticket: Ticket, seen: ReadBack
) -> bool:
    match op:
        case AddLabel(label=label):
            return label in ticket.labels
        case RemoveLabel(label=label):
            return label not in ticket.labels
        case SetPriority(id=priority):
            return ticket.priority is not None and ticket.priority.id == priority
        case Assign(account=account):
            return ticket.assignee == account
        case AddComment(kind=kind) | EditComment(kind=kind):
            return kind in ticket.comments
        case LinkTicket(key=key):
            return key in ticket.links
        case SetRemoteLink():
            channel = seen.channel.id if seen.channel else ""
            return bool(channel) and (ticket.remote_link or "").endswith(f"/{channel}")
        case Remember():
            return ticket.receipt == seen.memory
        case _:
            return False
