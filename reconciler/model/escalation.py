"""The file `escalations/<year>/<TICKET>.yaml`: one escalated ticket, all of its life."""

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
        raise ValueError("not a point in time with its offset from UTC")
    return value


Moment = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_written_out)]


class ImpactLevel(StrEnum):
    """How badly people are hit. `low` can be written, so that a rule can explain its refusal."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    def at_least(self, floor: "ImpactLevel") -> bool:
        """True if it is as high as another level, or higher."""
        levels = tuple(ImpactLevel)
        return levels.index(self) <= levels.index(floor)


class CommunicationState(StrEnum):
    """How far the message to the affected parties is."""

    PENDING = "pending"
    DRAFTED = "drafted"
    SENT = "sent"
    NOT_NEEDED = "not-needed"


class Impact(Model):
    """Who is hit, how many, and what they see."""

    level: ImpactLevel = Field(
        description="critical: many cannot work, or money or data is at risk. high: an important "
        "function fails for several clients. medium: a workaround exists. low is not accepted: "
        "such tickets stay in the normal queue.",
        strict=False,
    )
    who: Line = Field(description="Who is affected, in words a stranger understands.")
    how_many: int = Field(ge=1, description="How many are affected; your best estimate.")
    symptom: Prose = Field(description="What the affected see, in their words.")


class Reporter(Model):
    """Who reported the ticket, what they found, and why they cannot go on alone."""

    person: Handle = Field(description="Handle of the person who reported the ticket.")
    findings: Prose = Field(description="What the reporter found out: context, steps, evidence.")
    blocked_because: Prose = Field(
        description="Why the reporter cannot research further without Dev Support."
    )


class Stakeholders(Model):
    """People and teams to invite beside the role holders. Each is a handle of the roster."""

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
    """One noteworthy piece of news, posted once to the channel."""

    at: Moment = Field(
        description="When it was written, with the offset from UTC: 2026-11-20T14:05:00-05:00."
    )
    by: Handle = Field(description="Handle of who writes it.")
    text: Prose = Field(description="The news. No promises of when it will be done.")


class Handover(Model):
    """Somebody else becomes the contact at a time that is known before."""

    at: Moment = Field(
        description="From when on, with the offset from UTC: 2026-11-20T18:00:00-05:00."
    )
    to: Handle = Field(description="Handle of the client-facing person who takes over.")


class CustomerCommunication(Model):
    """Who writes to the affected parties; the reporter and their team do, nobody else."""

    owner: Handle = Field(description="Handle of the reporter or of somebody on their team.")
    state: CommunicationState = Field(description="How far the message is.", strict=False)


class Resolution(Model):
    """The end: what it was, what was done, what is still to do."""

    root_cause: Prose = Field(description="Why it happened.")
    mitigation: Prose = Field(description="What was done about it.")
    follow_ups: (
        Annotated[tuple[TicketKey, ...], Field(min_length=1, strict=False)] | Literal["none"]
    ) = Field(description="Tickets for the work that remains, or the word none.")
    customer_communication: CustomerCommunication = Field(
        description="Who tells the affected parties, and how far they are."
    )


class Withdrawn(Model):
    """Taken back before it was resolved."""

    by: Handle = Field(description="Handle of who takes it back.")
    reason: Prose = Field(description="Why it no longer needs to be escalated.")


class Override(Model):
    """Permission to go over a limit, given by somebody whom the policy names."""

    by: Handle = Field(description="Handle of one of the desk's overriders.")
    reason: Prose = Field(description="Why the limit must give way.")


class Episode(Model):
    """One stretch from escalation to resolution. Reopening a ticket adds an episode."""

    impact: Impact = Field(description="Who is hit, how many, and what they see.")
    reason: Prose = Field(description="Why this ticket must be escalated.")
    initiator: Handle = Field(description="Handle of the manager or lead who escalates.")
    contact: Handle = Field(
        description="Handle of the client-facing person who is reachable throughout. "
        "Whoever cannot be finds a replacement and changes this line."
    )
    handovers: tuple[Handover, ...] = Field(
        default=(),
        strict=False,
        description="Who takes over as the contact, and from when on; the earliest first.",
    )
    assignee: Handle | None = Field(
        default=None,
        description="Handle of the Dev Support engineer in charge. Leave out until one is found.",
    )
    updates: tuple[Update, ...] = Field(
        default=(),
        strict=False,
        description="News for everybody, oldest first. Add at the end, never rewrite.",
    )
    assessment: Prose | None = Field(
        default=None, description="The assignee's preliminary assessment."
    )
    resolution: Resolution | None = Field(default=None, description="How it ended.")
    withdrawn: Withdrawn | None = Field(default=None, description="That it was taken back.")
    override: Override | None = Field(
        default=None, description="Permission to go over a limit. Visible to everybody."
    )
    snooze_until: Moment | None = Field(
        default=None,
        description="No reminders before this time: 2026-11-23T09:00:00-05:00.",
    )

    def contact_at(self, now: datetime) -> str:
        """Handle of the contact at a time."""
        past = (each.to for each in reversed(self.handovers) if each.at <= now)
        return next(past, self.contact)


class Adopted(Model):
    """What people had made by hand before there was a file. It stays theirs, and is not doubled.

    Written by `escalate import`.
    """

    channel: Annotated[str, StringConstraints(pattern=r"^C[A-Z0-9]{2,20}$")] | None = Field(
        default=None,
        description="Slack id of the channel. Its topic, purpose, pins and bookmarks are left to"
        " people for this episode; members, updates and the summary are kept up.",
    )
    announcement: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,12}\.[0-9]{1,9}$")] | None = (
        Field(
            default=None,
            description="Time stamp of the post in the desk's channel that told of it. News goes"
            " into its thread, and nothing else is announced for this episode.",
        )
    )
    comment: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,20}$")] | None = Field(
        default=None,
        description="Id of the comment on the ticket that names the channel; no other one is made.",
    )


class Escalation(Episode):
    """An escalated ticket. One file for each ticket, for ever; its history is git's."""

    ticket: TicketKey = Field(description="The Jira ticket. The file is named after it.")
    title: Line = Field(description="What is wrong, in one line that a stranger understands.")
    reporter: Reporter = Field(description="Who reported the ticket, and what they found.")
    stakeholders: Stakeholders = Field(
        default=Stakeholders(), description="Who else belongs in the channel."
    )
    channel: Slug | None = Field(
        default=None,
        description="End of the channel's name; made from the title when left out. "
        "Frozen once the channel exists.",
    )
    adopted: Adopted | None = Field(
        default=None, description="What people had made by hand before there was a file."
    )
    episodes: tuple[Episode, ...] = Field(
        default=(),
        strict=False,
        description="Added when the ticket is escalated again. The last one is the current one.",
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
        """What people made by hand for the current episode."""
        return Adopted() if self.adopted is None or self.episodes else self.adopted

    @property
    def current_loc(self) -> tuple[str | int, ...]:
        """Where the current episode stands in the file."""
        return ("episodes", len(self.episodes) - 1) if self.episodes else ()
