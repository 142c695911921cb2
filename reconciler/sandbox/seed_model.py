"""The shape of a seed file: a small company to start from."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from reconciler.sandbox.answer import JsonObject
from reconciler.sandbox.moods import Moods

TicketKey = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{1,9}-[1-9][0-9]{0,9}$")]
ProjectKey = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{1,9}$")]
ChannelName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{1,80}$")]
Handle = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*([-.][a-z0-9]+)*$")]
Category = Literal["new", "indeterminate", "done"]


class Part(BaseModel):
    """A part of a seed: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Workspace(Part):
    """The Slack workspace; `scopes` are those granted to the app."""

    name: str
    domain: str
    team_id: str = "T0SANDBOX"
    organisation: bool = False
    """Whether the app is installed for the whole organisation that the workspace is in."""
    scopes: list[str]


class Bot(Part):
    """The accounts that the reconciler uses."""

    name: Handle
    display_name: str
    email: str
    slack: str
    bot_id: str
    app_id: str
    jira: str
    jira_scopes: list[str] | None = None
    """Scopes of the token for Jira, as a service account's has. Then it works at the gateway."""


class PersonSeed(Part):
    """Somebody with a Slack account, a Jira account or both; the key is their user name."""

    name: str
    email: str
    slack: str | None = None
    jira: str | None = None
    admin: bool = False
    email_hidden: bool = False
    deactivated: bool = False
    guest: Literal["multi-channel", "single-channel"] | None = None
    refusal: str = ""
    """Slack's code for an invitation of this person, such as `org_user_not_in_team`."""
    github: str | None = None


class ChannelSeed(Part):
    """A channel; members are handles, or `everyone`."""

    members: list[Handle] | Literal["everyone"] = []
    bot: bool = False
    creator: Handle | None = None
    private: bool = False
    archived: bool = False
    general: bool = False
    topic: str = ""
    purpose: str = ""


class LinkTypeSeed(Part):
    """How a link reads from either end."""

    inward: str
    outward: str


class StatusSeed(Part):
    """A status whose workflow step has the property `jira.issue.editable`."""

    category: Category
    editable: bool


class ProjectSeed(Part):
    """A project; `deny` names who (handles, `bot` or `everyone`) lacks which permission.

    In a `service_desk`, customers see the comments that are not internal.
    """

    name: str
    type: Literal["software", "service_desk"] = "software"
    lead: Handle
    priorities: list[str] | None = None
    edit_fields: list[str] = [
        "summary",
        "description",
        "priority",
        "assignee",
        "reporter",
        "labels",
        "issuelinks",
        "comment",
    ]
    deny: dict[str, list[str]] = {}
    customers: list[str] = []
    """Who (handles, or `bot`) sees the project only in the customer portal."""
    for_reporters: list[str] = []
    """Permissions that only the reporter of a ticket has on it."""


class CommentSeed(Part):
    """A comment that was there before."""

    by: Handle
    text: str


class TicketSeed(Part):
    """A ticket; `visible_to` hides it from everybody else."""

    summary: str
    priority: str | None = "Medium"
    status: str | None = None
    type: str | None = None
    reporter: Handle | None = None
    assignee: Handle | None = None
    labels: list[str] = []
    description: str | None = None
    comments: list[CommentSeed] = []
    properties: JsonObject = {}
    former_keys: list[TicketKey] = []
    visible_to: list[Handle] | None = None


class GitHubSeed(Part):
    """The repository; people of the company may write, `readers` look, `outsiders` see nothing.

    `admins` are logins of people of the company. Without `exists`, somebody has to create it.
    """

    owner: str = "ledgerline"
    name: str = "escalations"
    default_branch: str = "main"
    outsiders: list[str] = []
    readers: list[str] = []
    bots: list[str] = []
    admins: list[str] = []
    teams: list[str] = []
    exists: bool = True
    free_plan: bool = False
    rules: list[JsonObject] = []


class Seed(Part):
    """A whole company."""

    workspace: Workspace
    bot: Bot
    github: GitHubSeed = GitHubSeed()
    moods: Moods = Moods()
    people: dict[Handle, PersonSeed]
    channels: dict[ChannelName, ChannelSeed]
    priorities: Annotated[list[str], Field(min_length=1)]
    statuses: Annotated[dict[str, Category | StatusSeed], Field(min_length=1)]
    issue_types: Annotated[list[str], Field(min_length=1)]
    link_types: dict[str, LinkTypeSeed]
    projects: dict[ProjectKey, ProjectSeed]
    tickets: dict[TicketKey, TicketSeed]
