"""What Slack's answers have to hold, by method."""

from typing import Final

from reconciler.services.transport.shape import Shape

_CHANNEL: Final = {"id": str, "name": str}
_CHANNELS: Final = {"channels": [_CHANNEL]}
_MESSAGES: Final = {"messages": [{"ts": str}]}
SHAPES: Final[dict[str, Shape]] = {
    "auth.test": {"user_id": str, "url": str},
    "bookmarks.add": {"bookmark": {"id": str}},
    "bookmarks.list": {"bookmarks": [{"id": str, "title": str}]},
    "chat.postMessage": {"ts": str},
    "conversations.create": {"channel": _CHANNEL},
    "conversations.history": _MESSAGES,
    "conversations.info": {"channel": _CHANNEL},
    "conversations.list": _CHANNELS,
    "conversations.members": {"members": [str]},
    "conversations.replies": _MESSAGES,
    "pins.list": {"items": [{}]},
    "users.conversations": _CHANNELS,
    "users.lookupByEmail": {"user": {"id": str}},
}
"""Every other answer only has to be an object."""
