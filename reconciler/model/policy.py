"""The file `config/policy.yaml`: desks, limits and how the reconciler behaves."""

from enum import StrEnum
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, StringConstraints

from reconciler.model.base import LOGIN, DeskKey, Handle, Line, Model
from reconciler.model.drift import DriftPolicy
from reconciler.model.escalation import ImpactLevel
from reconciler.model.field_change import OwnedField
from reconciler.model.owners import OwnerRole
from reconciler.model.reminders import Hours, Reminders


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is not a time zone of the IANA database") from error
    return name


def _nobodys(login: str) -> str:
    if login.lower() == "github-actions[bot]":
        raise ValueError(
            "anyone with write access can act as github-actions[bot], so use a separate account"
        )
    return login


WebAddress = Annotated[
    str,
    StringConstraints(pattern=r"""^https?://[^\s<>|"'\\]+[^\s<>|"'\\/]$""", max_length=300),
    Field(examples=["https://company.example"]),
]


class AcknowledgementMeans(StrEnum):
    """What acknowledges an escalation."""

    MERGE = "merge"
    REVIEW = "review"


class RightsBy(StrEnum):
    """What a change of the main branch needs to count."""

    FIELD = "by-field"
    MERGE = "by-merge"


class MergeMeans(StrEnum):
    """Who merges a pull request."""

    WHEN_AGREED = "when-agreed"
    BY_HAND = "by-hand"


class OpenFrom(StrEnum):
    """The phase in which the tool creates the channel."""

    ACKNOWLEDGED = "acknowledged"
    ASSIGNED = "assigned"


class Limits(Model):
    """How many escalations a desk accepts."""

    per_day: int = Field(
        default=3, ge=0, description="How many new escalations the desk accepts in a calendar day."
    )
    active: int = Field(
        default=5, ge=0, description="How many escalations of the desk are active at the same time."
    )
    per_assignee: int = Field(
        default=1, ge=1, description="How many active escalations an assignee has at the same time."
    )
    impact_floor: ImpactLevel = Field(
        default=ImpactLevel.MEDIUM,
        strict=False,
        description="The lowest impact that the desk accepts.",
    )


class Desk(Model):
    """A Jira project that accepts escalations, and its people."""

    name: Line = Field(description="The desk's name.")
    announce_in: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,79}$")] = Field(
        description="Slack channel for announcements, without the #. Invite the bot to it."
    )
    teams: Annotated[tuple[Handle, ...], Field(min_length=1)] = Field(
        strict=False, description="Teams whose people can be assigned."
    )
    acknowledgers: Annotated[tuple[Handle, ...], Field(min_length=1)] = Field(
        strict=False, description="People whose approval acknowledges an escalation."
    )
    overriders: tuple[Handle, ...] = Field(
        default=(), strict=False, description="People who may let an escalation pass a limit."
    )
    normal_queue: Line = Field(
        description="What people should do with a ticket that is not escalated. The "
        "check shows this "
        "text if it refuses an escalation."
    )
    limits: Limits = Field(default=Limits(), description="How many escalations the desk accepts.")
    hours: Hours = Field(
        default=Hours(),
        description="Working hours of the desk. Reminders are sent only in these hours.",
    )


class ChannelPolicy(Model):
    """When the tool creates and archives channels."""

    open_from: OpenFrom = Field(
        default=OpenFrom.ASSIGNED,
        strict=False,
        description="`assigned`: the tool creates the channel when the escalation has an assignee. "
        "`acknowledged`: the tool creates the channel earlier, after the acknowledgement.",
    )
    archive_after_idle_days: int = Field(
        default=14,
        ge=0,
        description="After the escalation has ended, the tool archives the channel after this many "
        "days without a message.",
    )


class CommentVisibility(StrEnum):
    """Who reads the tool's comments on tickets."""

    INTERNAL = "internal"
    PUBLIC = "public"


class JiraPolicy(Model):
    """What an escalated ticket looks like in Jira."""

    browse_url: WebAddress | None = Field(
        default=None,
        description="Web address of Jira for links, if it differs from JIRA_BASE_URL. "
        "With a scoped "
        "API token, JIRA_BASE_URL is on api.atlassian.com.",
    )
    label: Annotated[str, StringConstraints(pattern=r"^\S{1,100}$")] = Field(
        default="ESCALATION", description="The label that marks an escalated ticket."
    )
    priority: Line = Field(
        default="Highest", description="Name of the priority of an escalated ticket."
    )
    follow_up_link: Line = Field(
        default="Relates", description="Name of the link type between a ticket and its follow-ups."
    )
    comments: CommentVisibility = Field(
        default=CommentVisibility.INTERNAL,
        strict=False,
        description="`internal`: in a project of Jira Service Management, only agents see the "
        "tool's comments. `public`: the customer sees them too. In other projects there is no "
        "difference.",
    )


class FormsPolicy(Model):
    """An account that only opens pull requests from forms."""

    account: Annotated[
        str,
        StringConstraints(pattern=rf"^{LOGIN}(\[bot\])?$", max_length=60),
        AfterValidator(_nobodys),
    ] = Field(description="GitHub login of an account that only the form workflow uses.")
    account_id: Annotated[int, Field(ge=1)] = Field(
        description="Id of that account. GitHub can give a login to another account, but "
        "never an id."
    )


class Safety(Model):
    """The most that one run may change. A run that would change more is refused."""

    archives: int = Field(default=10, ge=0, description="How many channels one run may archive.")
    invitations: int = Field(default=200, ge=0, description="How many people one run may invite.")
    removals: int = Field(
        default=3,
        ge=0,
        description="How many escalations one run may end because their file was deleted.",
    )
    posts: int = Field(
        default=100,
        ge=0,
        description="How many messages and comments one run may post. Edits do not count.",
    )
    copies: int = Field(
        default=50,
        ge=0,
        description="How many second copies of its own messages, comments, links, bookmarks and "
        "pins one run may remove. A run that finds more is not refused. The next run continues.",
    )
    merges: int = Field(
        default=20,
        ge=0,
        description="How many pull requests one run may merge. A run that finds more is not "
        "refused. The next run continues.",
    )


class TimeLimits(Model):
    """How long one run may take. What is not done then, the next run does."""

    run_minutes: int = Field(
        default=15,
        ge=1,
        description="How long one run may take. GitHub ends the job of the workflow after 30 "
        "minutes, so leave time for the record of the run.",
    )
    waiting_minutes: int = Field(
        default=5,
        ge=0,
        description="How much of that time the run may wait for each service that limits "
        "requests, fails or is slow.",
    )
    report_after_minutes: int = Field(
        default=30,
        ge=0,
        description="After how many minutes without a good run the tool reports a failure that may "
        "pass. It reports other failures at once.",
    )


class Policy(Model):
    """How this company escalates: desks, limits, and what the tool does."""

    version: Literal[1] = Field(description="The version of this file's format: 1.")
    time_zone: Annotated[str, AfterValidator(_known_zone)] = Field(
        description="IANA name of the zone in which a day begins and ends.",
        examples=["America/New_York"],
    )
    acknowledgement: AcknowledgementMeans = Field(
        default=AcknowledgementMeans.MERGE,
        strict=False,
        description="`merge`: the merge to the main branch acknowledges an escalation. "
        "`review`: the "
        "approval of an acknowledger does.",
    )
    rights: RightsBy = Field(
        default=RightsBy.MERGE,
        strict=False,
        description="`by-field`: a merged change counts if an owner of each of its fields agreed. "
        "`by-merge`: each merged change counts. Where `acknowledgement` is `review`, a new "
        "escalation needs an approval anyway. `by-field` needs `acknowledgement: review`.",
    )
    merge: MergeMeans = Field(
        default=MergeMeans.BY_HAND,
        strict=False,
        description="`when-agreed`: a run merges pull requests that only change escalations, when "
        "everybody has agreed to them whose word they need. `by-hand`: people merge. "
        "`when-agreed` needs `rights: by-field`, and GitHub.",
    )
    repository_url: WebAddress = Field(
        description="Web address of this repository, for links to the files."
    )
    default_branch: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._/-]{1,100}$")] = Field(
        default="main", description="The branch whose files count."
    )
    always_include: tuple[Handle, ...] = Field(
        default=(),
        strict=False,
        description="People or teams that the tool invites to the channel of each escalation.",
    )
    initiator_roles: Annotated[tuple[Handle, ...], Field(min_length=1)] = Field(
        default=("manager", "lead"), strict=False, description="Roles that may escalate."
    )
    delegates: tuple[Handle, ...] = Field(
        default=(),
        strict=False,
        description="People or teams who may open the pull request for an initiator.",
    )
    owners: dict[
        Annotated[OwnedField, Field(strict=False)],
        Annotated[
            tuple[Annotated[OwnerRole, Field(strict=False)], ...],
            Field(strict=False, min_length=1),
        ],
    ] = Field(
        default={},
        description="Which roles agree to changes of which fields, where it differs from the "
        "default. It counts where `rights` are `by-field`.",
    )
    forms: FormsPolicy | None = Field(
        default=None,
        description="The account that opens the pull requests from forms. It may do so for each "
        "initiator.",
    )
    channel: ChannelPolicy = Field(
        default=ChannelPolicy(), description="When the tool creates and archives channels."
    )
    jira: JiraPolicy = Field(
        default=JiraPolicy(), description="What an escalated ticket looks like in Jira."
    )
    desks: Annotated[dict[DeskKey, Desk], Field(min_length=1)] = Field(
        description="Desks by the key of their Jira project."
    )
    reminders: Reminders | None = Field(
        default=None, description="When the tool sends reminders. Default: no reminders."
    )
    drift: DriftPolicy = Field(
        default=DriftPolicy(),
        description="What the tool does if people change Jira or Slack directly.",
    )
    safety: Safety = Field(
        default=Safety(),
        description="The most that one run may change. A run that would change more is refused.",
    )
    time: TimeLimits = Field(
        default=TimeLimits(),
        description="How long one run may take. What is not done then, the next run does.",
    )

    @property
    def is_by_field(self) -> bool:
        """True if each field has owners whose word its change needs."""
        by_review = self.acknowledgement is AcknowledgementMeans.REVIEW
        return by_review and self.rights is RightsBy.FIELD

    @property
    def merges_itself(self) -> bool:
        """True if runs merge what is agreed, where the forge can."""
        return self.is_by_field and self.merge is MergeMeans.WHEN_AGREED

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.time_zone)
