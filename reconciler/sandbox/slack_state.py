"""What a Slack workspace remembers."""

from dataclasses import dataclass, field

from reconciler.sandbox.answer import JsonObject


@dataclass
class SlackUser:
    """A member of the workspace: a person, a guest or the app's bot user."""

    id: str
    name: str
    real_name: str
    email: str = ""
    is_bot: bool = False
    deleted: bool = False
    restricted: bool = False
    ultra_restricted: bool = False
    admin: bool = False
    email_hidden: bool = False
    refusal: str = ""
    """Why nobody can invite them; empty if one can."""


@dataclass
class Message:
    """One message; a reply when `thread_ts` names another one."""

    ts: str
    user: str
    text: str
    subtype: str = ""
    thread_ts: str = ""
    bot_id: str = ""
    metadata: JsonObject | None = None
    blocks: list[JsonObject] | None = None
    edited: JsonObject | None = None
    extra: JsonObject = field(default_factory=dict)

    @property
    def is_reply(self) -> bool:
        """Whether the message lives in somebody else's thread."""
        return bool(self.thread_ts) and self.thread_ts != self.ts


@dataclass
class Pin:
    """A message pinned to its channel."""

    ts: str
    created: int
    created_by: str


@dataclass
class Bookmark:
    """A link above a channel's messages."""

    id: str
    title: str
    link: str
    emoji: str
    created: int
    updated: int
    updated_by: str
    app_id: str


@dataclass
class Headline:
    """A channel's topic or purpose."""

    value: str = ""
    creator: str = ""
    last_set: int = 0


@dataclass
class Channel:
    """A channel and everything in it."""

    id: str
    name: str
    creator: str
    created: int
    private: bool = False
    general: bool = False
    archived: bool = False
    members: list[str] = field(default_factory=list)
    topic: Headline = field(default_factory=Headline)
    purpose: Headline = field(default_factory=Headline)
    previous_names: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    pins: list[Pin] = field(default_factory=list)
    bookmarks: list[Bookmark] = field(default_factory=list)
    updated: int = 0

    def message(self, ts: str) -> Message | None:
        """The message with this timestamp."""
        return next((message for message in self.messages if message.ts == ts), None)

    def replies(self, ts: str) -> list[Message]:
        """The replies in the thread of a message."""
        return [
            message for message in self.messages if message.is_reply and message.thread_ts == ts
        ]


@dataclass
class SlackState:
    """A workspace with one app installed."""

    team_id: str
    team_name: str
    domain: str
    app_id: str
    bot_id: str
    bot_user: str
    scopes: list[str]
    organisation: bool = False
    """Whether the app is installed for a whole organisation."""
    users: dict[str, SlackUser] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    """Ids of the members of user groups, by the handle of the group."""
    last_ts: int = 0
    last_id: int = 2
    """Where ids begin: outputs on record show the ids that follow."""

    def next_ts(self, micros: int) -> str:
        """A timestamp that no message has yet; later ones are always greater."""
        self.last_ts = max(micros, self.last_ts + 1)
        return f"{self.last_ts // 1_000_000}.{self.last_ts % 1_000_000:06d}"

    def next_id(self, prefix: str) -> str:
        """An id that nothing has yet."""
        self.last_id += 1
        return f"{prefix}0SBX{self.last_id:05d}"
