"""What admission would have been under other limits, beside what it was."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from pydantic import Field

from reconciler.model.base import Value
from reconciler.model.episode_history import Limit
from reconciler.model.escalation import ImpactLevel
from reconciler.model.output import Output
from reconciler.model.report import Spread


class OtherLimits(NamedTuple):
    """Limits to replace those of a desk; None keeps the value that was in force."""

    per_day: int | None = None
    active: int | None = None
    per_assignee: int | None = None
    impact_floor: ImpactLevel | None = None


class Passage(StrEnum):
    """What became of an escalation at the limits."""

    AT_ONCE = "at-once"
    """Admitted as soon as it was acknowledged."""
    LATER = "later"
    """Admitted after a wait."""
    NEVER = "never"
    """It ended before it was admitted."""
    WAITING = "waiting"
    """Held at the time of the simulation."""
    OTHER = "other"
    """Not acknowledged, or the policy has no such desk: no limit decided."""


class Wait(Value):
    """How one escalation passed the limits."""

    passage: Passage = Field(
        description="`at-once`: admitted when it was acknowledged. `later`: admitted after a wait. "
        "`never`: it ended before it was admitted. `waiting`: held at the time of the simulation. "
        "`other`: no limit decided, because it was not acknowledged or its desk is unknown."
    )
    seconds: int = Field(
        description="How long it waited for a limit. The wait ends when it is admitted or ended, "
        "or at the time of the simulation."
    )
    limit: Limit | None = Field(description="The first limit that it met. Null if it met none.")
    admitted: datetime | None = Field(description="When it was admitted. Null if it was not.")
    assigned: datetime | None = Field(
        description="When an assignment first counted. Null if none did."
    )


class SimulatedEscalation(Value):
    """One escalation that the other limits treat differently, or that waits under them."""

    ticket: str = Field(description="The escalation.")
    episode: int = Field(description="The number of its episode, from 1.")
    desk: str = Field(description="The desk.")
    escalated: datetime = Field(description="When it reached the main branch.")
    real: Wait = Field(description="How it passed the limits that were in force.")
    simulated: Wait = Field(description="How it would have passed the other limits.")


class Passages(Value):
    """Counts and waits of the escalations of a desk, or of all desks."""

    at_once: int = Field(description="How many were admitted when they were acknowledged.")
    later: int = Field(description="How many were admitted after a wait.")
    never: int = Field(description="How many ended before they were admitted.")
    waiting: int = Field(description="How many are held at the time of the simulation.")
    wait: Spread = Field(description="How long those waited that waited at all.")
    longest_seconds: int | None = Field(description="The longest wait. Null if none waited.")
    most_active: int = Field(description="The most escalations that were active at one time.")
    most_in_a_day: int = Field(description="The most escalations that were admitted in one day.")

    @property
    def waited(self) -> int:
        """How many did not pass at once."""
        return self.later + self.never + self.waiting


class DeskLimits(Value):
    """The limits of a desk."""

    per_day: int = Field(description="How many new escalations in a calendar day.")
    active: int = Field(description="How many active escalations at the same time.")
    per_assignee: int = Field(description="How many active escalations for one assignee.")
    impact_floor: ImpactLevel = Field(description="The lowest impact that the desk accepts.")


class SimulatedDesk(Value):
    """The figures of a desk. `in_force` are its limits in the latest policy."""

    desk: str = Field(description="The desk.")
    in_force: DeskLimits = Field(description="The limits of the latest policy that has this desk.")
    other: DeskLimits = Field(description="The same limits with those that you gave.")
    real: Passages = Field(description="What happened.")
    simulated: Passages = Field(description="What would have happened.")


class Simulation(Output):
    """Admission under other limits, beside what really happened."""

    at: datetime = Field(description="The time of the simulation. Later events are not counted.")
    since: datetime | None = Field(
        description="When the first escalation reached the main branch. Null if none did."
    )
    escalated: int = Field(description="How many escalations were replayed.")
    desks: tuple[SimulatedDesk, ...] = Field(description="Each desk with other limits.")
    escalations: tuple[SimulatedEscalation, ...] = Field(
        description="Escalations that pass the limits differently, or that would have waited. The "
        "earliest first."
    )
    unknown: tuple[str, ...] = Field(description="What the simulation cannot know.")
