"""Stand-ins for what is known only once the channel exists.

A text is worded, compared and remembered with its placeholders; they are filled in on the way
out. They hold a control character, which no file can contain and every escape function removes.
"""

from dataclasses import dataclass
from typing import Final

CHANNEL_MENTION: Final = "\x01channel-mention\x01"
CHANNEL_NAME: Final = "\x01channel-name\x01"
CHANNEL_URL: Final = "\x01channel-url\x01"


@dataclass(frozen=True)
class ChannelRef:
    """What the placeholders stand for."""

    id: str
    name: str
    workspace_url: str

    @property
    def url(self) -> str:
        """Web address of the channel."""
        return f"{self.workspace_url.rstrip('/')}/archives/{self.id}"


def fill(text: str, channel: ChannelRef) -> str:
    """The text with its placeholders filled in."""
    return (
        text.replace(CHANNEL_MENTION, f"<#{channel.id}>")
        .replace(CHANNEL_NAME, channel.name)
        .replace(CHANNEL_URL, channel.url)
    )


def show(text: str, channel_name: str) -> str:
    """The text for a person to read before there is a channel."""
    name = f"#{channel_name}"
    return (
        text.replace(CHANNEL_MENTION, name)
        .replace(CHANNEL_NAME, channel_name)
        .replace(CHANNEL_URL, name)
    )
