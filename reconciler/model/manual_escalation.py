"""What Jira and Slack show of an escalation that people made without a file."""

from dataclasses import dataclass

from reconciler.model.observed import Channel


@dataclass(frozen=True)
class JiraAccount:
    """A Jira user."""

    id: str
    name: str
    email: str = ""
    """Empty where Jira hides it."""


@dataclass(frozen=True)
class Remark:
    """A comment on a ticket, or a post in a channel."""

    id: str
    """In Slack the time stamp."""
    by: str
    """Id of who wrote it."""
    text: str


@dataclass(frozen=True)
class FoundTicket:
    """The fields of a ticket that the import uses."""

    key: str
    summary: str
    labels: frozenset[str]
    reporter: JiraAccount | None
    assignee: JiraAccount | None
    comments: tuple[Remark, ...]


@dataclass(frozen=True)
class ManualEscalation:
    """Everything that was found of one escalation. People are handles of the roster."""

    ticket: FoundTicket
    reporter: str | None
    assignee: str | None
    channel: Channel | None = None
    members: tuple[str, ...] = ()
    """Who is in the channel, as far as the roster knows them."""
    strangers: int = 0
    """How many more are in it."""
    announcement: Remark | None = None
    announcements_read: bool = True
    """True if the desk's channel could be read; if not, it is unknown whether there is a post."""
    announcer: str | None = None
    comment: Remark | None = None
