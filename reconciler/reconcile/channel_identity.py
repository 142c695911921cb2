"""Which escalation a Slack channel belongs to, judged by what people cannot write.

Any member can edit a purpose or a topic. A receipt counts only under the tool's seal. Nobody but
Slack writes who created a channel, and nobody but the bot writes the bot's messages. The names
count only for a channel without a message of the bot: the bot gave the first one, and only the
creator, administrators and channel managers may change it
(https://docs.slack.dev/reference/methods/conversations.rename).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from reconciler.model.observed import Channel
from reconciler.reconcile.wording.channel_name import prefix

_NAMED: Final = re.compile(r"([a-z][a-z0-9_]+-\d+)-")
"""How every name begins that the bot gives a channel: with the ticket."""


@dataclass(frozen=True)
class Claimant:
    """An escalation that may have a channel."""

    ticket: str
    former: frozenset[str] = frozenset()
    """Keys that the ticket had before it was moved."""
    adopts: str = ""
    """Id of the channel that its file adopts."""
    name: str = ""
    """The name that the bot would give a channel of it now."""

    @property
    def keys(self) -> frozenset[str]:
        """All keys of the ticket."""
        return self.former | {self.ticket}


@dataclass(frozen=True)
class Claims:
    """What a run knows of all channels."""

    bot: str
    """Slack id of the bot."""
    holders: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By channel id, the tickets whose sealed receipts hold the channel."""
    adopters: Mapping[str, str] = field(default_factory=dict)
    """By channel id, the ticket whose file adopts it; the first one if several do."""
    desks: frozenset[str] = frozenset()
    """Ids of the channels in which desks announce."""

    def held_by(self, channel: str, who: Claimant) -> bool:
        """True if a receipt of the escalation holds the channel."""
        return bool(self._holders(channel) & who.keys)

    def others(self, channel: str, who: Claimant) -> frozenset[str]:
        """Other tickets whose receipts hold the channel."""
        return self._holders(channel) - who.keys

    def _holders(self, channel: str) -> frozenset[str]:
        return self.holders.get(channel, frozenset())


def needs_messages(channel: Channel, who: Claimant, claims: Claims) -> bool:
    """True if the bot's messages in the channel must be read to decide whose it is."""
    if _refused_at_once(channel, who, claims):
        return False
    if claims.held_by(channel.id, who):
        return bool(claims.others(channel.id, who))
    return channel.creator == claims.bot


def why_not_ours(channel: Channel, who: Claimant, claims: Claims, about: str | None = None) -> str:
    """Why a channel is not the escalation's; empty if it is.

    `about` is the ticket of the bot's oldest message there: empty if there is none, None if the
    messages were not read.
    """
    refused = _refused_at_once(channel, who, claims)
    if refused or not needs_messages(channel, who, claims):
        return refused
    if about:
        return (
            "" if about in who.keys else f"the bot's messages in #{channel.name} are about {about}"
        )
    if about is None:
        return f"the messages in #{channel.name} were not read"
    return _why_not_named_for(channel, who, claims)


def named_after(channel: Channel) -> frozenset[str]:
    """The tickets after which a channel is or was named."""
    found = (_NAMED.match(name) for name in _names(channel))
    return frozenset(each[1].upper() for each in found if each)


def candidates(channels: Iterable[Channel], who: Claimant, claims: Claims) -> list[Channel]:
    """The channels of the bot that may be the escalation's, likely ones first.

    A channel that a receipt holds is none, and neither is one that never had a name of the ticket.
    """
    found = [
        each
        for each in channels
        if each.creator == claims.bot and each.id not in claims.holders and _may_be_of(each, who)
    ]
    return sorted(found, key=lambda each: each.name != who.name)


def _refused_at_once(channel: Channel, who: Claimant, claims: Claims) -> str:
    """Why a channel is not the escalation's, whatever the messages are about."""
    if channel.id in claims.desks:
        return f"a desk announces in #{channel.name}"
    held, others = claims.held_by(channel.id, who), claims.others(channel.id, who)
    if others and not held:
        return f"#{channel.name} belongs to {min(others)}"
    if channel.id == who.adopts:
        first = claims.adopters.get(channel.id, who.ticket)
        return "" if held or first in who.keys else f"the file of {first} adopts #{channel.name}"
    if channel.creator != claims.bot:
        return f"#{channel.name} was made by {channel.creator or 'an unknown account'}"
    return ""


def _why_not_named_for(channel: Channel, who: Claimant, claims: Claims) -> str:
    """Why a channel without a message of the bot is not the escalation's, by its names."""
    if channel.creator != claims.bot:
        return f"another receipt holds #{channel.name}, too"
    named = named_after(channel)
    if others := named - who.keys:
        return f"#{channel.name} is named after {min(others)}"
    if named or channel.id == who.adopts:
        return ""
    return f"#{channel.name} was never named after a ticket"


def _may_be_of(channel: Channel, who: Claimant) -> bool:
    """False if the channel never had a name that the bot gives a channel of the ticket."""
    starts = tuple(prefix(key) for key in who.keys)
    return channel.previous_names is None or any(
        name.startswith(starts) for name in _names(channel)
    )


def _names(channel: Channel) -> tuple[str, ...]:
    return (channel.name, *(channel.previous_names or ()))
