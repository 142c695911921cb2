"""Which changes of a plan have to be done before which."""

from collections.abc import Iterable, Iterator
from typing import Final

from reconciler.model.change import (
    AddBookmark,
    Archive,
    Change,
    CreateChannel,
    EditBookmark,
    EditMessage,
    Invite,
    JoinChannel,
    Operation,
    Pin,
    PostMessage,
    RenameChannel,
    SetPurpose,
    SetRemoteLink,
    SetTopic,
    Where,
)

_IN_CHANNEL: Final = (
    RenameChannel,
    SetTopic,
    SetPurpose,
    Invite,
    Pin,
    AddBookmark,
    EditBookmark,
    Archive,
)


def with_requirements(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes, each with the keys of those that must be done before it."""
    every = tuple(changes)
    return tuple(
        each.model_copy(update={"requires": tuple(_required(each, every))}) for each in every
    )


def _required(change: Change, every: tuple[Change, ...]) -> Iterator[str]:
    yield from change.requires
    for other in every:
        if other is not change and other.key not in change.requires and _comes_first(other, change):
            yield other.key


def _comes_first(first: Change, then: Change) -> bool:
    match first.op, then.op:
        case ((CreateChannel() | JoinChannel()), SetRemoteLink()):
            return True
        case ((CreateChannel() | JoinChannel()), op):
            return _in_channel(op)
        case ((PostMessage(kind=kind) | EditMessage(kind=kind)), Pin(kind=pinned)):
            return kind == pinned and _in_channel(first.op)
        case ((PostMessage() | EditMessage()), Archive()):
            return _in_channel(first.op)  # nothing can be posted in an archived channel
        case _:
            return False


def _in_channel(op: Operation) -> bool:
    if isinstance(op, PostMessage | EditMessage):
        return op.where is Where.CHANNEL
    return isinstance(op, _IN_CHANNEL)
