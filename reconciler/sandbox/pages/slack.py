"""Channels and threads, as Slack shows them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import groupby

from markupsafe import Markup

from reconciler.sandbox.pages.blocks import Block, read_blocks
from reconciler.sandbox.pages.emoji import with_emoji
from reconciler.sandbox.pages.links import PageLinks
from reconciler.sandbox.pages.mrkdwn import MessageNames, as_html
from reconciler.sandbox.pages.people import CompanyPeople, CompanyPerson
from reconciler.sandbox.slack_state import Channel, Message, SlackState


@dataclass(frozen=True)
class ShownMessage:
    """A message with everything resolved."""

    id: str
    author: CompanyPerson
    is_app: bool
    at: datetime
    text: Markup
    blocks: list[Block]
    edited: bool
    pinned: bool
    by_slack: bool
    """True for what Slack itself notes: who joined, who archived."""
    address: str
    replies: int = 0


@dataclass(frozen=True)
class ShownChannel:
    """A channel with its messages or one of its threads."""

    channel: Channel
    topic: Markup
    members: list[CompanyPerson]
    bookmarks: list[tuple[str, str | None]]
    messages: list[ShownMessage] = field(default_factory=list)
    is_member: bool = False


class SlackPages:
    """Reads the workspace."""

    def __init__(self, slack: SlackState, people: CompanyPeople, links: PageLinks) -> None:
        self._slack = slack
        self._people = people
        self._links = links
        self._names = MessageNames(self._user_name, self._channel_name, links.to)

    def _user_name(self, user: str) -> str:
        return self._people.of_slack(user).name

    def _channel_name(self, channel: str) -> str:
        known = self._slack.channels.get(channel)
        return known.name if known and not known.private else "private-channel"

    def channels(self, person: CompanyPerson | None) -> list[Channel]:
        """The channels that a person sees, by name; archived ones last."""
        seen = [one for one in self._slack.channels.values() if _sees(person, one)]
        return sorted(seen, key=lambda one: (one.archived, one.name))

    def find(self, wanted: str, person: CompanyPerson | None) -> Channel | None:
        """A channel by id or name."""
        every = self.channels(person)
        return next((one for one in every if wanted in {one.id, one.name}), None)

    def channel(self, channel: Channel, person: CompanyPerson | None) -> ShownChannel:
        """A channel with its messages; replies are in their threads."""
        return self._show(channel, person, (one for one in channel.messages if not one.is_reply))

    def thread(
        self, channel: Channel, ts: str, person: CompanyPerson | None
    ) -> ShownChannel | None:
        """A message with its replies; None if there is none."""
        message = channel.message(ts)
        if message is None:
            return None
        parent = channel.message(message.thread_ts) if message.is_reply else message
        first = parent or message
        return self._show(channel, person, [first, *channel.replies(first.ts)])

    def _show(
        self, channel: Channel, person: CompanyPerson | None, messages: Iterable[Message]
    ) -> ShownChannel:
        return ShownChannel(
            channel,
            as_html(channel.topic.value, self._names),
            [self._people.of_slack(one) for one in channel.members],
            [
                (with_emoji(f"{one.emoji} {one.title}".strip()), self._links.to(one.link))
                for one in channel.bookmarks
            ],
            [self._message(channel, one) for one in folded_joins(messages)],
            person is not None and person.slack in channel.members,
        )

    def _message(self, channel: Channel, message: Message) -> ShownMessage:
        return ShownMessage(
            id=message.ts,
            author=self._people.of_slack(message.user),
            is_app=bool(message.bot_id),
            at=moment_of(message.ts),
            text=as_html(message.text, self._names),
            blocks=read_blocks(message.blocks, self._names),
            edited=message.edited is not None,
            pinned=any(pin.ts == message.ts for pin in channel.pins),
            by_slack=bool(message.subtype),
            address=f"/archives/{channel.id}/p{message.ts.replace('.', '')}",
            replies=len(channel.replies(message.ts)),
        )


def folded_joins(messages: Iterable[Message]) -> Iterator[Message]:
    """The messages, with one note for people who joined one after the other."""
    for joins, group in groupby(messages, lambda one: one.subtype == "channel_join"):
        first, *others = group
        if not (joins and others):
            yield from (first, *others)
            continue
        rest = f"<@{others[0].user}>" if len(others) == 1 else f"{len(others)} others"
        yield replace(first, text=f"<@{first.user}> and {rest} joined the channel")


def _sees(person: CompanyPerson | None, channel: Channel) -> bool:
    return not channel.private or (person is not None and person.slack in channel.members)


def moment_of(ts: str) -> datetime:
    """When a message was posted."""
    return datetime.fromtimestamp(float(ts), UTC)


def timestamp_of(name: str) -> str | None:
    """The timestamp in the last part of a message's address; None for another text."""
    found = re.fullmatch(r"p([0-9]{10})([0-9]{6})", name)
    return f"{found[1]}.{found[2]}" if found else None
