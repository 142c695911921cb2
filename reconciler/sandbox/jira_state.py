"""What a Jira site remembers."""

from dataclasses import dataclass, field
from datetime import datetime

from reconciler.sandbox.answer import JsonObject


@dataclass
class Account:
    """A user: `id` is what Cloud calls them, `name` what Data Center does."""

    id: str
    name: str
    display_name: str
    email: str
    email_hidden: bool = False
    active: bool = True
    admin: bool = False


@dataclass
class Named:
    """A priority, a status or an issue type."""

    id: str
    name: str
    category: str = ""
    editable: bool = True
    """Whether issues in this status can be edited."""


@dataclass
class LinkType:
    """A kind of link between issues, with its wording in both directions."""

    id: str
    name: str
    inward: str
    outward: str


@dataclass
class Project:
    """A project: its priority scheme, its edit screen and who may not do what."""

    id: str
    key: str
    name: str
    lead: str
    priorities: list[str]
    edit_fields: list[str]
    deny: dict[str, list[str]] = field(default_factory=dict)
    type: str = "software"
    customers: list[str] = field(default_factory=list)
    """Accounts that see the project only in the customer portal of Jira Service Management."""
    for_reporters: list[str] = field(default_factory=list)
    """Permissions that only the reporter of a ticket has on it."""


@dataclass
class Comment:
    """A comment; the body is wiki text."""

    id: str
    author: str
    body: str
    created: datetime
    updated: datetime
    update_author: str
    properties: JsonObject = field(default_factory=dict)


@dataclass
class RemoteLink:
    """A link from an issue to something outside Jira."""

    id: int
    global_id: str
    relationship: str | None
    application: JsonObject | None
    object: JsonObject


@dataclass
class IssueLink:
    """A link between two issues; Jira keeps as many equal ones as it is given."""

    id: str
    type_id: str
    source: str
    target: str


@dataclass
class HistoryEntry:
    """One edit as the history tab shows it."""

    id: str
    author: str
    created: datetime
    items: list[JsonObject]


@dataclass
class IndexEntry:
    """What the search index learned about an issue, and when."""

    at: float
    fields: dict[str, tuple[str, ...]]


@dataclass
class Issue:
    """A ticket."""

    id: str
    key: str
    project: str
    summary: str
    type: str
    status: str
    priority: str | None
    reporter: str
    assignee: str | None
    created: datetime
    updated: datetime
    description: str | None = None
    labels: list[str] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    properties: JsonObject = field(default_factory=dict)
    remote_links: list[RemoteLink] = field(default_factory=list)
    history: list[HistoryEntry] = field(default_factory=list)
    resolution: str | None = None
    former_keys: list[str] = field(default_factory=list)
    visible_to: list[str] | None = None
    index: list[IndexEntry] = field(default_factory=list)


@dataclass
class JiraState:
    """A site; Cloud and Data Center are two faces of the same one."""

    title: str
    bot: str
    cloud_id: str = "11111111-2222-4333-8444-555555555555"
    scopes: list[str] | None = None
    """Scopes of the bot's token. With some, it works only at the gateway; None for none."""
    accounts: dict[str, Account] = field(default_factory=dict)
    projects: dict[str, Project] = field(default_factory=dict)
    issues: dict[str, Issue] = field(default_factory=dict)
    priorities: list[Named] = field(default_factory=list)
    statuses: list[Named] = field(default_factory=list)
    types: list[Named] = field(default_factory=list)
    link_types: list[LinkType] = field(default_factory=list)
    links: list[IssueLink] = field(default_factory=list)
    busy: set[str] = field(default_factory=set)
    """Keys of the issues that a bulk fetch cannot load now."""
    last_id: int = 20000

    def next_id(self) -> str:
        """An id that nothing has yet."""
        self.last_id += 1
        return str(self.last_id)

    def find(self, key_or_id: str) -> Issue | None:
        """The issue with this key in any case, an earlier key, or this id."""
        wanted = key_or_id.upper()
        if wanted in self.issues:
            return self.issues[wanted]
        for issue in self.issues.values():
            if issue.id == wanted or wanted in issue.former_keys:
                return issue
        return None

    def by_name(self, name: str) -> Account | None:
        """The account with this Data Center user name."""
        return next((a for a in self.accounts.values() if a.name == name), None)


def named(values: list[Named], wanted: str) -> Named | None:
    """The priority, status or type with this id or name."""
    for value in values:
        if wanted == value.id or wanted.casefold() == value.name.casefold():
            return value
    return None
