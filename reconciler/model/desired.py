"""What one escalation's file asks of Jira and Slack, as plain values."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from reconciler.model.diagnostic import Diagnostic
from reconciler.model.drift import DriftPolicy
from reconciler.model.finding import Position
from reconciler.model.forge import PullRequest
from reconciler.model.phase import Phase


def digest_of(*texts: str) -> str:
    """A short fingerprint of texts; equal texts have equal digests."""
    return hashlib.sha256("\x00".join(texts).encode()).hexdigest()[:10]


WITHOUT_CHANNEL: Final = "no-channel-"
"""Prefix of the digest of a Slack message that shows why its channel cannot be created."""


ANSWERED: Final = "answered-"
"""Prefix of the digest of a reminder whose request is done."""


def digest_without_channel(text: str) -> str:
    """The digest of such a message."""
    return f"{WITHOUT_CHANNEL}{digest_of(text)}"


@dataclass(frozen=True)
class Message:
    """A Slack message or a Jira comment. The key identifies it across runs.

    A `sticky` message describes the present: it is edited when that changes, and posted again if
    it is deleted. Any other message reports an event and is posted once.
    """

    key: str
    text: str
    why: Position
    sticky: bool = False
    title: str = ""
    """What a plan calls it; no two messages of a facet have the same."""
    calls: tuple[str, ...] = ()
    """Handles of the people whom the text mentions."""
    without_channel: str = ""
    """Its text while its channel cannot be created; empty if it waits for the channel."""

    without_link: str = ""
    """Its text if the escalation has ended and never had a channel; empty if it is `text`."""
    layout: str = ""
    """Its Block Kit blocks as JSON; empty if Slack shows its text."""
    corrected: bool = False
    """Whether an event is edited when its text changes. It is never posted again."""
    answered: bool = False
    """True if it replaces a reminder whose request is done. Then it is edited once."""

    @property
    def digest(self) -> str:
        """Digest of the text and its layout."""
        shown = (self.text, self.layout) if self.layout else (self.text,)
        return f"{ANSWERED if self.answered else ''}{digest_of(*shown)}"


@dataclass(frozen=True)
class Bookmark:
    """A link at the top of the channel."""

    key: str
    title: str
    link: str
    why: Position

    @property
    def digest(self) -> str:
        """Digest of title and link."""
        return digest_of(self.title, self.link)


@dataclass(frozen=True)
class Invitee:
    """A person who belongs in the channel. Role holders are invited again if they leave."""

    handle: str
    why: Position
    again: bool


@dataclass(frozen=True)
class DesiredChannel:
    """The one public channel of an escalation."""

    name: str
    opens: bool
    """Whether the channel is created when there is none."""
    topic: Message
    purpose: Message
    bookmarks: tuple[Bookmark, ...] = ()
    invitees: tuple[Invitee, ...] = ()
    brief: Message | None = None
    posts: tuple[Message, ...] = ()
    archive_after_idle_days: int | None = None
    adopted: str = ""
    """Id of the channel that people created, if the file adopts one."""
    by_hand: bool = False
    """True if the tool does not manage topic, purpose, pins and bookmarks."""
    people: frozenset[str] = frozenset()
    """Handles of everyone who belongs in it, also after the end."""


@dataclass(frozen=True)
class DesiredTicket:
    """What the ticket should look like."""

    escalated: bool
    """Whether label and priority are on."""
    label: str
    priority: str
    assignee: str | None
    comments: tuple[Message, ...]
    follow_ups: tuple[tuple[str, Position], ...]
    follow_up_link: str
    link_summary: str
    """Summary of the remote link to the channel."""
    why: Position
    assignee_why: Position
    internal_comments: bool = True
    """Whether customers do not see the comments."""


_NOWHERE: Final = Position("")
NO_CHANNEL: Final = DesiredChannel(
    "", opens=False, topic=Message("topic", "", _NOWHERE), purpose=Message("purpose", "", _NOWHERE)
)
"""Stands for an escalation without a channel."""
NO_TICKET: Final = DesiredTicket(
    escalated=False,
    label="",
    priority="",
    assignee=None,
    comments=(),
    follow_ups=(),
    follow_up_link="",
    link_summary="",
    why=_NOWHERE,
    assignee_why=_NOWHERE,
)
"""Stands for a ticket that is not changed."""


@dataclass(frozen=True)
class AfterCall:
    """The reply that calls the people of a reminder: periods count from it."""

    key: str
    minutes: int
    """Of one period."""
    first: int
    """After how many periods the reminder is posted."""


@dataclass(frozen=True)
class Reminder:
    """A message in the channel or the thread: something is overdue, or no longer is."""

    message: Message
    due: bool
    """True if it is posted when missing; otherwise only an existing message is edited."""
    ticket_done: bool | None = None
    """If set, it applies only if the ticket is done in Jira (True), or is not (False)."""
    after: AfterCall | None = None
    """If set, it is due only some periods after that reply."""
    of_work: bool = False
    """True if it is about the work on the escalation, so it may be posted in its channel."""


@dataclass(frozen=True)
class LateCall:
    """The reply to people who became acknowledgers after the reply that calls the others."""

    message: Message
    """Its text with a placeholder for the people, and the key of the reply to the others."""
    people: tuple[str, ...]
    """Handles of everyone who can acknowledge now."""
    reminder: str
    """Beginning of the keys of reminders that mention the same people."""
    most: int
    """How many people all of these replies mention at most."""


@dataclass(frozen=True)
class EarlierAnnouncement:
    """The announcement of an earlier episode, and the name that its channel got."""

    message: Message
    channel_name: str


@dataclass(frozen=True)
class DesiredAnnouncement:
    """The message in the desk's channel and the replies in its thread."""

    channel_name: str
    message: Message
    replies: tuple[Message, ...]
    posts: bool = True
    """Whether it is posted when it is not there; otherwise only what is there is edited."""
    refusal: Reminder | None = None
    """The answer to the author of a pull request that the limits refuse, due while they do."""
    late_call: LateCall | None = None
    """The reply to new acknowledgers of a pull request that waits for a review."""
    reminders: tuple[Reminder, ...] = ()
    root: str = ""
    """Time stamp of a person's post that stands for the message: replies go there, and nothing is
    posted or edited in its place."""
    earlier: tuple[EarlierAnnouncement, ...] = ()
    """Announcements of earlier episodes. Existing ones are edited; none is posted."""
    settled: tuple[Message, ...] = ()
    """Reminders of earlier episodes. Existing ones are edited; none is posted."""
    answered: tuple[Message, ...] = ()
    """Texts that replace answers and reminders about a pull request once it is acknowledged,
    merged or closed. The key of each is the beginning of theirs."""
    waiting: tuple[str, ...] = ()
    """Beginnings of keys of reminders that those texts do not replace yet."""
    left_open: tuple[Message, ...] = ()
    """Texts of the reminders of the work that are still open, without the time, for when the tool
    archives the channel."""
    time_zone: str = "UTC"
    """IANA name of the zone of that time where Slack does not know the reader's."""


@dataclass(frozen=True)
class Desired:
    """Everything that one escalation asks for."""

    ticket: str
    title: str
    desk: str
    phase: Phase
    path: str
    jira: DesiredTicket
    channel: DesiredChannel
    announcement: DesiredAnnouncement
    drift: DriftPolicy = field(default_factory=DriftPolicy)
    """The policy on manual changes."""
    notices: tuple[Diagnostic, ...] = ()
    """Notices about limits, overrides and a removed file."""
    vanished: bool = False
    """Whether the file is gone from the main branch."""
    since: datetime | None = None
    """The earliest known moment at which it was on the main branch or ready for review."""
    unread: Diagnostic | None = None
    """Why it is unknown whether it is acknowledged. If set, the tool changes nothing."""
    pull_request: PullRequest | None = None
    """The pull request that brings it, if it is not on the main branch.

    It is announced, and nothing else is asked for: `jira` is NO_TICKET and `channel` NO_CHANNEL.
    """
    needs_ticket: bool = True
    """Whether the ticket of a pull request must be in Jira for it to be announced."""
