"""Placeholders for what is known only after the channel exists.

Texts are composed, compared and hashed with placeholders, which are filled in before sending. They
contain a control character, which no file can contain and every escape function removes.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

CHANNEL_MENTION: Final = "\x01channel-mention\x01"
CHANNEL_NAME: Final = "\x01channel-name\x01"
CHANNEL_URL: Final = "\x01channel-url\x01"
PEOPLE: Final = "\x01people\x01"
"""Stands for mentions of people who are known only when the thread is read."""
NO_CHANNEL: Final = "\x01no-channel\x01"
"""Stands for why the channel cannot be created, in texts that are used only then."""

_PERSON: Final = re.compile("\x01person:([^\x01]*)\x01")


def mention(handle: str) -> str:
    """Stands for the mention of a person."""
    return f"\x01person:{handle}\x01"


def mentions(handles: Iterable[str]) -> str:
    """The same for several people."""
    return " ".join(mention(each) for each in handles)


def fill_people(text: str, handles: Iterable[str]) -> str:
    """The text with mentions of these people in the place of `PEOPLE`."""
    return text.replace(PEOPLE, mentions(handles))


def fill_mentions(text: str, ids: Mapping[str, str]) -> str:
    """The text with its people mentioned by their Slack ids, or named by handle without one."""

    def named(match: re.Match[str]) -> str:
        return f"<@{ids[match[1]]}>" if match[1] in ids else match[1]

    return _PERSON.sub(named, text)


def mentions_channel(text: str) -> bool:
    """Whether the text can be filled in only once there is a channel."""
    return any(each in text for each in (CHANNEL_MENTION, CHANNEL_NAME, CHANNEL_URL))


def fill_reason(text: str, reason: str) -> str:
    """The text with why there is no channel; the reason is escaped already."""
    return text.replace(NO_CHANNEL, reason)


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
        fill_mentions(text, {})
        .replace(CHANNEL_MENTION, name)
        .replace(CHANNEL_NAME, channel_name)
        .replace(CHANNEL_URL, name)
    )
