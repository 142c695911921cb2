"""The file `config/roster.yaml`: people, teams and crews."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from reconciler.model.base import LOGIN, Handle, Line, Model


class TeamKind(StrEnum):
    """The kind of a team."""

    CLIENT_FACING = "client-facing"
    PRODUCT_ENGINEERING = "product-engineering"
    DEV_SUPPORT = "dev-support"


class Team(Model):
    """A team. If a team is a stakeholder, the tool invites all its members."""

    name: Line = Field(description="The team's name.")
    kind: TeamKind = Field(
        description="Kind of the team: client-facing, product-engineering or dev-support.",
        strict=False,
    )


class Crew(Model):
    """A part of Dev Support. The tool invites its lead to the channels of its escalations."""

    name: Line = Field(description="The crew's name.")
    lead: Handle = Field(description="Handle of the crew's lead.")


class Person(Model):
    """One person and their accounts."""

    name: Line = Field(description="The person's name.")
    email: Annotated[
        str, StringConstraints(pattern=r"^[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+$", max_length=254)
    ] = Field(
        description="E-mail address. If no id is given, the tool finds the Slack and "
        "Jira accounts by this "
        "address."
    )
    github: Annotated[str, StringConstraints(pattern=rf"^{LOGIN}$", max_length=39)] = Field(
        description="GitHub login."
    )
    github_id: Annotated[int, Field(ge=1)] | None = Field(
        default=None,
        description="Id of the GitHub account. With the id, only an approval by that "
        "account counts, "
        "also if GitHub gives the login to another account.",
    )
    slack: Annotated[str, StringConstraints(pattern=r"^[UW][A-Z0-9]{2,20}$")] | None = Field(
        default=None, description="Slack member id (U…). Without the id, each run looks it up."
    )
    jira: Annotated[str, StringConstraints(pattern=r"^[^\s<>\[\]|]+$", max_length=128)] | None = (
        Field(
            default=None,
            description="Jira account id (Cloud) or user name (Data Center). Without the "
            "id, each run "
            "looks it up.",
        )
    )
    team: Handle = Field(description="Key of the person's team.")
    crew: Handle | None = Field(default=None, description="Key of the person's crew, if any.")
    role: Handle = Field(description="Role of the person, such as manager, lead or engineer.")
    client_facing: bool | None = Field(
        default=None,
        description="Whether the person speaks with customers. Default: true if the team is "
        "client-facing.",
    )


class Roster(Model):
    """The people who can appear in an escalation, and their teams."""

    version: Literal[1] = Field(description="The version of this file's format: 1.")
    teams: dict[Handle, Team] = Field(description="Teams by their key.")
    crews: dict[Handle, Crew] = Field(default={}, description="Crews by their key.")
    people: dict[Handle, Person] = Field(description="People by their handle.")

    def members(self, handle: str) -> tuple[str, ...]:
        """The people behind the handle of a person or a team; empty when it is neither."""
        if handle in self.people:
            return (handle,)
        return tuple(key for key, person in self.people.items() if person.team == handle)

    def kind_of(self, handle: str) -> TeamKind | None:
        """The kind of a person's team."""
        person = self.people.get(handle)
        team = self.teams.get(person.team) if person else None
        return team.kind if team else None

    def is_client_facing(self, handle: str) -> bool:
        """Whether the person speaks with clients."""
        person = self.people.get(handle)
        if person is not None and person.client_facing is not None:
            return person.client_facing
        return self.kind_of(handle) is TeamKind.CLIENT_FACING

    def with_jira_account(self, account: str | None, email: str = "") -> str | None:
        """Handle of the person with this Jira account, by its id, or by the address it shows.

        An address counts only for people whose id is not on the roster.
        """
        for handle, person in self.people.items():
            known = person.jira is not None
            same = person.jira == account if known else person.email.casefold() == email.casefold()
            if same:
                return handle
        return None

    def called(self, name: str) -> tuple[str, ...]:
        """Handles of the people with this handle, GitHub login, e-mail address or full name."""
        wanted = " ".join(name.split()).removeprefix("@").casefold()
        return tuple(
            handle
            for handle, each in self.people.items()
            if wanted in {handle, each.github.casefold(), each.email.casefold()}
            or wanted == " ".join(each.name.split()).casefold()
        )

    def crew_lead(self, handle: str) -> str | None:
        """The lead of the person's crew."""
        person = self.people.get(handle)
        crew = self.crews.get(person.crew) if person and person.crew else None
        return crew.lead if crew else None

    def name(self, handle: str) -> str:
        """What to call the person; the handle itself when they are not on the roster."""
        person = self.people.get(handle)
        return person.name if person else handle
