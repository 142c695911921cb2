"""A call to Slack: its arguments, who makes it, and the table of methods."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from reconciler.sandbox.answer import JsonObject
from reconciler.sandbox.slack_state import Channel, Message, SlackState, SlackUser
from reconciler.sandbox.world import World

DEFAULT_LIMIT: Final = 100
MAXIMUM_LIMIT: Final = 999


class SlackError(Exception):
    """An `ok: false` with its code, and whatever else goes beside it."""

    def __init__(self, code: str, **beside: object) -> None:
        super().__init__(code)
        self.code = code
        self.beside = beside


@dataclass(frozen=True)
class Actor:
    """Who calls; `scopes` is None for a person, who may do what people may do."""

    user: SlackUser
    scopes: tuple[str, ...] | None = None

    @property
    def is_bot(self) -> bool:
        """Whether the call comes with the app's bot token."""
        return self.scopes is not None

    def has(self, *scopes: str) -> bool:
        """Whether any of these scopes is granted."""
        return self.scopes is None or not scopes or any(one in self.scopes for one in scopes)


@dataclass
class SlackCall:
    """One call on its way through a method."""

    args: JsonObject
    world: World
    actor: Actor

    @property
    def slack(self) -> SlackState:
        """The workspace."""
        return self.world.slack

    @property
    def me(self) -> str:
        """The caller's user id."""
        return self.actor.user.id

    @property
    def now(self) -> int:
        """The time in whole seconds."""
        return int(self.world.clock.seconds())

    def text(self, name: str) -> str:
        """An argument as text; empty when it is missing."""
        value = self.args.get(name)
        return "" if value is None else str(value)

    def flag(self, name: str) -> bool:
        """An argument as a truth value, in any of the ways that clients write one."""
        return self.text(name).lower() in {"1", "true"}

    def limit(self) -> int:
        """How many results a page may have."""
        given = self.text("limit")
        if not given:
            return DEFAULT_LIMIT
        if not given.isdigit() or not 1 <= int(given) <= MAXIMUM_LIMIT:
            raise SlackError("invalid_limit")
        return int(given)

    def structure(self, name: str, error: str) -> object:
        """An argument that is JSON, be it a structure already or written as text."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError as wrong:
            raise SlackError(error) from wrong

    def need_team(self) -> None:
        """Refuse an app of a whole organisation that does not name the workspace.

        Source: https://docs.slack.dev/enterprise/developing-for-enterprise-orgs (`team_id`).
        """
        if not (self.world.organisation and self.actor.is_bot):
            return
        if not self.text("team_id"):
            raise SlackError("missing_argument")
        if self.text("team_id") != self.slack.team_id:
            raise SlackError("team_access_not_granted")

    def channel(self, name: str = "channel") -> Channel:
        """The channel that the call is about, if the caller may know of it."""
        channel = self.slack.channels.get(self.text(name))
        if channel is None or (channel.private and self.me not in channel.members):
            raise SlackError("channel_not_found")
        return channel

    def my_channel(self, name: str = "channel", *, live: bool = False) -> Channel:
        """The channel, which the caller has to be a member of; `live` refuses an archived one."""
        channel = self.channel(name)
        if self.me not in channel.members:
            raise SlackError("not_in_channel")
        if live and channel.archived:
            raise SlackError("is_archived")
        return channel

    def say(self, channel: Channel, subtype: str, text: str, **extra: object) -> Message:
        """Leave one of Slack's own messages in a channel."""
        ts = self.slack.next_ts(self.world.clock.micros())
        message = Message(ts, self.me, text, subtype=subtype, extra=dict(extra))
        channel.messages.append(message)
        return message

    def touch(self, channel: Channel) -> None:
        """Note that a channel has changed."""
        channel.updated = self.world.clock.micros() // 1000


@dataclass(frozen=True)
class Method:
    """One entry of the Web API."""

    name: str
    run: Callable[[SlackCall], JsonObject]
    tier: int
    scopes: tuple[str, ...] = ()


@dataclass
class Methods:
    """The methods of one family, put together by decorating them."""

    found: dict[str, Method] = field(default_factory=dict)

    def __call__(
        self, name: str, *scopes: str, tier: int
    ) -> Callable[[Callable[[SlackCall], JsonObject]], Callable[[SlackCall], JsonObject]]:
        """Enter a function as a method; any one of the scopes is enough to call it."""

        def enter(run: Callable[[SlackCall], JsonObject]) -> Callable[[SlackCall], JsonObject]:
            self.found[name] = Method(name, run, tier, scopes)
            return run

        return enter

    def __iter__(self) -> Iterator[Method]:
        return iter(self.found.values())
