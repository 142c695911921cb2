"""What Jira and Slack show of one escalation.

`None` in a field that can be read means "not read yet"; an empty collection means "read, and
there is nothing".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from reconciler.model.change_log import ChangeLog
from reconciler.model.comment_mark import CommentMark
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.receipt import PostReceipt, Receipt
from reconciler.model.sealed_receipt import LostReceipt


class Probe(StrEnum):
    """Reads that need a call each, so a plan asks for them only if a change depends on them."""

    MESSAGES = "messages of the channel"
    BOOKMARKS = "bookmarks of the channel"
    PINS = "pins of the channel"
    ANNOUNCEMENT = "messages of the announcement channel"
    THREAD = "replies to the announcement"
    IDLENESS = "latest message of the channel"
    REMOTE_LINK = "remote link of the ticket"
    CHANGELOG = "priority changes of the ticket"
    COMMENTS = "marks of the comments that the tool's account wrote"
    ANNOUNCED = "the announcements that the receipt names"
    CREATORS = "who made the channels that the receipt names"
    PEOPLE = "Slack accounts of the people whom a reply calls"


class CopyPlace(StrEnum):
    """Where something can be that the tool posted twice."""

    CHANNEL = "channel"
    ANNOUNCEMENT = "announcement"
    THREAD = "thread"
    COMMENT = "comment"
    LINK = "link"
    REMOTE_LINK = "remote link"


@dataclass(frozen=True)
class Copy:
    """A second copy of something that the tool posted once. The oldest copy is not one of these."""

    place: CopyPlace
    key: str
    """Key of the message or comment; of a link, its type and the other ticket."""
    id: str
    """Slack's time stamp, or Jira's id."""
    used: bool = False
    """True if people have answered in it or edited it, so it is not removed."""
    replies: tuple[str, ...] = ()
    """Time stamps of the tool's own replies in its thread."""


@dataclass(frozen=True)
class Priority:
    """A Jira priority."""

    id: str
    name: str


@dataclass(frozen=True)
class OwnComment:
    """A comment that the tool's account wrote. It need not be one of the tool's."""

    id: str
    touched: bool
    """True if another account edited it."""
    mark: CommentMark | None = None
    """Its mark. One in the text is believed only if the properties hold none: anybody's words can
    be in the text."""
    read: bool = False
    """True if its properties were read."""


@dataclass(frozen=True)
class TicketComment:
    """A comment of the tool on the ticket."""

    id: str
    rev: str
    touched: bool
    """True if another account edited it."""


@dataclass(frozen=True)
class Ticket:
    """A Jira issue."""

    key: str
    summary: str
    labels: frozenset[str]
    priority: Priority | None
    assignee: str | None
    comments: Mapping[str, TicketComment]
    links: frozenset[str]
    receipt: Receipt | None
    assignee_name: str = ""
    """What Jira calls the assignee."""
    editable: frozenset[str] | None = None
    """Names of the fields on the edit screen."""
    priorities: tuple[Priority, ...] | None = None
    """What the priority can be set to."""
    remote_link: str | None = None
    """URL of the tool's remote link; empty if there is none."""
    done: bool | None = None
    """Whether its status counts as done; None if Jira does not show it."""
    previous_priority: Priority | None = None
    """The priority before the escalation, from the change log."""
    raised_from: tuple[Priority, ...] | None = None
    """Every priority from which the change log shows a change to the present one, the latest
    first."""
    fields: Mapping[str, object] = field(default_factory=dict)
    """Further fields that facets read, as Jira's JSON, by name."""
    copies: tuple[Copy, ...] = ()
    own_comments: tuple[OwnComment, ...] = ()
    """Every comment of the tool's account, as far as it is read."""
    status: str = ""
    """Name of its status."""
    newer_receipt: int | None = None
    """Version of a receipt that a newer version of the tool wrote; `receipt` is None then."""
    lost_receipt: LostReceipt | None = None
    """Why the receipt that is there does not count; `receipt` is None then."""
    former_key: bool = False
    """True if the former key sealed the receipt."""
    last_counter: int = 0
    """The counter of the last receipt that is known to have been written, if the present one does
    not count."""
    change_log: ChangeLog | None = None
    """Edits of its label, priority and assignee."""


@dataclass(frozen=True)
class SeenBookmark:
    """A bookmark of the channel."""

    id: str
    title: str
    link: str
    updated_by: str = ""
    """Slack id of who last changed it."""
    created: int = 0
    """When it was added, in seconds of Unix time."""


@dataclass(frozen=True)
class Channel:
    """A Slack channel."""

    id: str
    name: str
    topic: str
    purpose: str
    archived: bool
    bot_is_member: bool
    hidden: bool = False
    """Whether it can't be used as the one public channel: it is private, or can't be seen."""
    creator: str = ""
    """Slack id of who made it."""
    previous_names: tuple[str, ...] | None = None
    asked: bool = True
    """False if Slack was not asked about it, so its values are only those of the receipt."""
    members: frozenset[str] | None = None
    posts: Mapping[str, PostReceipt] | None = None
    copies: tuple[Copy, ...] = ()
    joined: frozenset[str] = frozenset()
    """Slack ids of everyone who ever joined, from the channel's messages."""
    bookmarks: tuple[SeenBookmark, ...] | None = None
    pins: frozenset[str] | None = None
    latest: float | None = None
    """When the latest message was written, in seconds of Unix time."""


@dataclass(frozen=True)
class Called:
    """The people whom a reply of the tool calls."""

    handles: frozenset[str] = frozenset()
    """As its metadata names them; empty in a reply of an earlier version."""
    ids: frozenset[str] = frozenset()
    """Slack ids of those whom its text mentions."""


@dataclass(frozen=True)
class Announced:
    """The announcement as it stands in the desk's channel."""

    channel: str | None
    """Id of the desk's channel; None when there is no such channel."""
    messages: Mapping[str, PostReceipt] | None = None
    replies: Mapping[str, PostReceipt] | None = None
    called: Mapping[str, Called] = field(default_factory=dict)
    """Whom the replies call, by key."""
    copies: tuple[Copy, ...] = ()
    """Of the announcements, and of the replies in the thread."""
    answers: Mapping[str, int] = field(default_factory=dict)
    """How many replies the thread of each announcement has, by key; people's included."""
    checked: Mapping[str, PostReceipt] | None = None
    """Of the announcements that the receipt names, those that are there and the bot's."""
    refused: Diagnostic | None = None
    """Why none counts of the channels that have or had the name of the desk's channel."""


@dataclass(frozen=True)
class Observed:
    """Everything read of one escalation."""

    ticket: Ticket | None
    """None when Jira does not show the ticket, and for a pull request."""
    channel: Channel | None
    announced: Announced
    slack_ids: Mapping[str, str] = field(default_factory=dict)
    """Slack ids by handle."""
    jira_ids: Mapping[str, str] = field(default_factory=dict)
    """Jira accounts by handle."""
    missing_tickets: frozenset[str] = frozenset()
    """Tickets that Jira does not show: follow-ups, and the one that a pull request escalates."""
    unknown: Mapping[str, Diagnostic] = field(default_factory=dict)
    """People whom a service does not know, by service and handle: `slack/lena`. And tickets that
    could not be read, by their keys: `ticket/DS-7`."""
    probed: frozenset[Probe] = frozenset()
    thorough: bool = False
    """True if the run is thorough, so what Slack refused is tried again."""
    bot: str = ""
    """Slack id of the bot."""
    former_keys: frozenset[str] = frozenset()
    """Keys that the ticket had before it was moved, as Jira shows them."""
    disowned: Mapping[str, str] = field(default_factory=dict)
    """By id, why a channel that the receipt names is not the escalation's."""
    moved_to: str | None = None
    absent: str = ""
    """`Jira` or `Slack`, if this run cannot read that service. What needs it is unknown."""
    assignee: str | None = None
    """Handle of the ticket's assignee, if the roster has the account."""
