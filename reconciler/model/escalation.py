"""The file `escalations/<year>/<TICKET>.yaml`: one escalated ticket with all episodes."""

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, BeforeValidator, Field, StringConstraints

from reconciler.model.base import Handle, Line, Model, Prose, Slug, TicketKey

_MOMENT: Final = re.compile(r"20\d\d-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)")


def _written_out(value: object) -> object:
    """Refuse the bare numbers that pydantic would take for seconds since 1970."""
    if not isinstance(value, str):
        return value if hasattr(value, "tzinfo") else None
    if _MOMENT.fullmatch(value) is None:
        raise ValueError("not a date and time with an offset from UTC")
    return value


Moment = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_written_out)]


class ImpactLevel(StrEnum):
    """How severe the impact is. You can write `low`, but a rule refuses it and explains why."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    def at_least(self, floor: "ImpactLevel") -> bool:
        """True if it is as high as another level, or higher."""
        levels = tuple(ImpactLevel)
        return levels.index(self) <= levels.index(floor)


class CommunicationState(StrEnum):
    """State of the message to the affected customers."""

    PENDING = "pending"
    DRAFTED = "drafted"
    SENT = "sent"
    NOT_NEEDED = "not-needed"


class Impact(Model):
    """Who is affected, how many, and what they see."""

    level: ImpactLevel = Field(
        description="`critical`: many cannot work, or money or data is at risk. `high`: "
        "an important "
        "function fails for several clients. `medium`: a workaround exists. `low` is not "
        "accepted: such tickets stay in the normal queue.",
        strict=False,
    )
    who: Line = Field(description="Who is affected, in words that anyone understands.")
    how_many: int = Field(ge=1, description="How many are affected. Give your best estimate.")
    symptom: Prose = Field(description="What the affected people see, in their words.")


class Reporter(Model):
    """The reporter of the ticket, what they found, and why they cannot continue alone."""

    person: Handle = Field(description="Handle of the reporter of the ticket.")
    findings: Prose = Field(description="What the reporter found out: context, steps, evidence.")
    blocked_because: Prose = Field(
        description="Why the reporter cannot research further without Dev Support."
    )


class Stakeholders(Model):
    """Other people and teams to invite, by their handles on the roster."""

    client_facing: tuple[Handle, ...] = Field(
        default=(),
        strict=False,
        description="People or teams from the client-facing side.",
    )
    product_engineering: tuple[Handle, ...] = Field(
        default=(),
        strict=False,
        description="People or teams from product engineering.",
    )


class Update(Model):
    """One update. The tool posts it once to the channel."""

    at: Moment = Field(
        description="When you write the update, with the offset from UTC: "
        "2026-11-20T14:05:00-05:00."
    )
    by: Handle = Field(description="Handle of the author.")
    text: Prose = Field(description="What is new. Give no completion estimate.")


class Handover(Model):
    """Another person becomes the contact at a given time."""

    at: Moment = Field(
        description="When the new contact takes over, with the offset from UTC: "
        "2026-11-20T18:00:00-05:00."
    )
    to: Handle = Field(description="Handle of the client-facing person who takes over.")


class CustomerCommunication(Model):
    """Who writes to the affected customers: the reporter or a person on their team."""

    owner: Handle = Field(description="Handle of the reporter or of a person on their team.")
    state: CommunicationState = Field(
        description="State of the message: pending, drafted, sent or not-needed.", strict=False
    )


class Resolution(Model):
    """The end: the root cause, what was done, and the remaining work."""

    root_cause: Prose = Field(description="The root cause: why the problem happened.")
    mitigation: Prose = Field(description="What was done about the problem.")
    follow_ups: (
        Annotated[tuple[TicketKey, ...], Field(min_length=1, strict=False)] | Literal["none"]
    ) = Field(description="Tickets for the remaining work, or the word none.")
    customer_communication: CustomerCommunication = Field(
        description="Who writes to the affected customers, and the state of that message."
    )


class Withdrawn(Model):
    """Ends the escalation before it was resolved."""

    by: Handle = Field(description="Handle of the person withdrawing the escalation.")
    reason: Prose = Field(description="Why an escalation is no longer needed.")


class Override(Model):
    """Permission to exceed a limit, given by an overrider of the desk."""

    by: Handle = Field(description="Handle of one of the desk's overriders.")
    reason: Prose = Field(description="Why this escalation may exceed the limit.")


class Episode(Model):
    """One period from escalation to resolution. To escalate a ticket again, add an episode."""

    impact: Impact = Field(description="Who is affected, how many, and what they see.")
    reason: Prose = Field(description="Why this ticket must be escalated.")
    initiator: Handle = Field(description="Handle of the manager or lead who escalates.")
    contact: Handle = Field(
        description="Handle of the client-facing person who stays reachable. A contact "
        "who cannot stay "
        "reachable finds a replacement and changes this line."
    )
    handovers: tuple[Handover, ...] = Field(
        default=(),
        strict=False,
        description="Later changes of the contact, the earliest first.",
    )
    assignee: Handle | None = Field(
        default=None,
        description="Handle of the Dev Support engineer who works on the ticket. Leave the key out "
        "until there is one.",
    )
    updates: tuple[Update, ...] = Field(
        default=(),
        strict=False,
        description="Updates for everyone involved, the oldest first. Add new updates at "
        "the end, and "
        "never change old ones.",
    )
    assessment: Prose | None = Field(
        default=None, description="The assignee's preliminary assessment."
    )
    resolution: Resolution | None = Field(default=None, description="How the escalation ended.")
    withdrawn: Withdrawn | None = Field(
        default=None, description="Ends the escalation without a resolution."
    )
    override: Override | None = Field(
        default=None, description="Permission to exceed a limit. Visible to everyone."
    )
    snooze_until: Moment | None = Field(
        default=None,
        description="No reminders before this time, such as 2026-11-23T09:00:00-05:00.",
    )

    def contact_at(self, now: datetime) -> str:
        """Handle of the contact at a time."""
        past = (each.to for each in reversed(self.handovers) if each.at <= now)
        return next(past, self.contact)


class Adopted(Model):
    """What people made before the import. The tool keeps it, and makes no second one.

    Only `escalate import` writes this.
    """

    channel: Annotated[str, StringConstraints(pattern=r"^C[A-Z0-9]{2,20}$")] | None = Field(
        default=None,
        description="Slack id of the channel. For this episode, the tool does not change "
        "its topic, "
        "purpose, pins and bookmarks. The tool still invites members and posts updates and "
        "the summary.",
    )
    announcement: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,12}\.[0-9]{1,9}$")] | None = (
        Field(
            default=None,
            description="Slack time stamp of the announcement that people posted in the desk's "
            "channel. The tool posts news in its thread, and no other announcement for "
            "this episode.",
        )
    )
    comment: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,20}$")] | None = Field(
        default=None,
        description="Id of the comment on the ticket that names the channel. The tool "
        "writes no other "
        "such comment.",
    )


class Escalation(Episode):
    """An escalated ticket. Each ticket has one file, and git keeps its history."""

    ticket: TicketKey = Field(description="The Jira ticket. The file is named after it.")
    title: Line = Field(description="What is wrong, in one line that anyone understands.")
    reporter: Reporter = Field(description="The reporter of the ticket, and what they found.")
    stakeholders: Stakeholders = Field(
        default=Stakeholders(), description="Other people and teams to invite to the channel."
    )
    channel: Slug | None = Field(
        default=None,
        description="End of the channel's name. Default: made from the title. It does "
        "not change after "
        "the channel exists.",
    )
    adopted: Adopted | None = Field(
        default=None,
        description="What people made before the import. Only `escalate import` writes it.",
    )
    episodes: tuple[Episode, ...] = Field(
        default=(),
        strict=False,
        description="Later escalations of the same ticket. The last one is the current one.",
    )

    @property
    def desk(self) -> str:
        """The key of the desk: the ticket's Jira project."""
        return self.ticket.rpartition("-")[0]

    @property
    def current(self) -> Episode:
        """The episode that counts now."""
        return self.episodes[-1] if self.episodes else self

    def numbered(self, episode: int) -> Episode:
        """The episode of that number, from 1."""
        return self if episode == 1 else self.episodes[episode - 2]

    @property
    def by_hand(self) -> Adopted:
        """What people made for the current episode before the import."""
        return Adopted() if self.adopted is None or self.episodes else self.adopted

    @property
    def imported(self) -> bool:
        """Whether people made the current episode before the file."""
        return self.adopted is not None and not self.episodes

    @property
    def current_loc(self) -> tuple[str | int, ...]:
        """Where the current episode stands in the file."""
        return ("episodes", len(self.episodes) - 1) if self.episodes else ()
