"""The file `config/policy.yaml`: desks, limits and how the reconciler behaves."""

from enum import StrEnum
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, StringConstraints

from reconciler.model.base import DeskKey, Handle, Line, Model
from reconciler.model.drift import DriftPolicy
from reconciler.model.escalation import ImpactLevel
from reconciler.model.reminders import Hours, Reminders


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is no time zone of the IANA database") from error
    return name


def _nobodys(login: str) -> str:
    if login.lower() == "github-actions[bot]":
        raise ValueError(
            "everybody who may write can act as github-actions[bot]; make an account of its own"
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


class OpenFrom(StrEnum):
    """The phase from which the channel is open."""

    ACKNOWLEDGED = "acknowledged"
    ASSIGNED = "assigned"


class Limits(Model):
    """How much a desk takes on."""

    per_day: int = Field(default=3, ge=0, description="New escalations in a calendar day.")
    active: int = Field(default=5, ge=0, description="Escalations active at the same time.")
    per_assignee: int = Field(default=1, ge=1, description="Active escalations of one assignee.")
    impact_floor: ImpactLevel = Field(
        default=ImpactLevel.MEDIUM,
        strict=False,
        description="The lowest impact that can be escalated.",
    )


class Desk(Model):
    """A Jira project that takes escalations, and its people."""

    name: Line = Field(description="The desk's name.")
    announce_in: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,79}$")] = Field(
        description="Slack channel for announcements, without the #. The bot must be in it."
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
        description="What to do with a ticket that is not escalated; shown when one is refused."
    )
    limits: Limits = Field(default=Limits(), description="How much the desk takes on.")
    hours: Hours = Field(default=Hours(), description="When the desk is there, for reminders.")


class ChannelPolicy(Model):
    """How channels come and go."""

    open_from: OpenFrom = Field(
        default=OpenFrom.ASSIGNED,
        strict=False,
        description="assigned: the channel opens with the assignee. acknowledged: earlier.",
    )
    archive_after_idle_days: int = Field(
        default=14,
        ge=0,
        description="Days without a message after the end before the channel is archived.",
    )


class JiraPolicy(Model):
    """What an escalated ticket looks like in Jira."""

    browse_url: WebAddress | None = Field(
        default=None,
        description="Web address of Jira for links, when JIRA_BASE_URL is another: with a scoped"
        " API token it is api.atlassian.com.",
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


class FormsPolicy(Model):
    """The account that opens pull requests out of forms, and for nothing else."""

    account: Annotated[
        str,
        StringConstraints(pattern=r"^[A-Za-z0-9](-?[A-Za-z0-9])*(\[bot\])?$", max_length=60),
        AfterValidator(_nobodys),
    ] = Field(description="GitHub login of an account that nothing but the form workflow uses.")
    account_id: Annotated[int, Field(ge=1)] = Field(
        description="Number of that account. A login can change hands; a number can't."
    )


class Safety(Model):
    """The most that one run may do before it refuses and asks a person."""

    archives: int = Field(default=10, ge=0, description="Channels archived in one run.")
    invitations: int = Field(default=200, ge=0, description="People invited in one run.")
    removals: int = Field(
        default=3,
        ge=0,
        description="Escalations taken back because their file is gone, in one run.",
    )
    posts: int = Field(
        default=100,
        ge=0,
        description="Messages and comments posted in one run; edits do not count.",
    )


class Policy(Model):
    """How this company escalates."""

    version: Literal[1] = Field(description="The version of this file's format: 1.")
    time_zone: Annotated[str, AfterValidator(_known_zone)] = Field(
        description="IANA name of the zone in which a day begins and ends.",
        examples=["America/New_York"],
    )
    acknowledgement: AcknowledgementMeans = Field(
        default=AcknowledgementMeans.MERGE,
        strict=False,
        description="merge: being on the main branch acknowledges. review: an approval does.",
    )
    repository_url: WebAddress = Field(
        description="Web address of this repository, for links to the files."
    )
    default_branch: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._/-]{1,100}$")] = Field(
        default="main", description="The branch whose files count."
    )
    always_include: tuple[Handle, ...] = Field(
        default=(), strict=False, description="People or teams in every escalation's channel."
    )
    initiator_roles: Annotated[tuple[Handle, ...], Field(min_length=1)] = Field(
        default=("manager", "lead"), strict=False, description="Roles that may escalate."
    )
    delegates: tuple[Handle, ...] = Field(
        default=(),
        strict=False,
        description="People or teams who may open the pull request for an initiator.",
    )
    forms: FormsPolicy | None = Field(
        default=None,
        description="The account that may open the pull request for any initiator, because it opens"
        " none but those of people who sent a form.",
    )
    channel: ChannelPolicy = Field(default=ChannelPolicy(), description="How channels come and go.")
    jira: JiraPolicy = Field(
        default=JiraPolicy(), description="What an escalated ticket looks like in Jira."
    )
    desks: Annotated[dict[DeskKey, Desk], Field(min_length=1)] = Field(
        description="Desks by the key of their Jira project."
    )
    reminders: Reminders | None = Field(
        default=None, description="When somebody is reminded; nobody is while this is left out."
    )
    drift: DriftPolicy = Field(
        default=DriftPolicy(), description="What is done about what people move by hand."
    )
    safety: Safety = Field(default=Safety(), description="Caps on what one run may do.")

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.time_zone)
