"""Where a message goes: the conversation and the thread, by the keys that its operation names."""

from collections.abc import Mapping
from typing import NamedTuple

from reconciler.model.change import EditMessage, PostMessage, Where
from reconciler.model.receipt import ChannelReceipt, PostReceipt, Receipt


class Place(NamedTuple):
    """A conversation, and the message whose thread it is, if any."""

    channel: str
    thread: str | None


class Waits(NamedTuple):
    """What must be there before the message can be sent."""

    what: str


def message_place(
    op: PostMessage | EditMessage,
    memory: Receipt,
    channel: ChannelReceipt | None,
    announced_in: str | None,
) -> Place | Waits:
    """Where a message goes, judged by what is known to be there.

    A reply goes into the thread of the announcement whose key it names. While that announcement
    is not known, the reply waits; it never goes into another thread.
    """
    if op.where is Where.CHANNEL:
        return Place(channel.id, None) if channel else Waits("the channel")
    if announced_in is None:
        return Waits("the desk's channel")
    if isinstance(op, EditMessage):
        missing = [key for key in op.after if key not in memory.replies]
        return Waits("its replies") if missing else Place(announced_in, None)
    if op.where is Where.ANNOUNCEMENT:
        return Place(announced_in, None)
    parent = memory.announcements.get(op.parent)
    return Place(announced_in, parent.ts) if parent else Waits("the announcement")


def remembered(memory: Receipt, where: Where) -> Mapping[str, PostReceipt]:
    """The messages that are known to be in such a place, by key."""
    match where:
        case Where.CHANNEL:
            return memory.posts
        case Where.THREAD:
            return memory.replies
        case Where.ANNOUNCEMENT:
            return memory.announcements
