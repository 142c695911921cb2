"""The policy on reminders: when something is overdue, and when a desk is there to hear of it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from reconciler.model.base import Model
from reconciler.model.escalation import ImpactLevel


class Day(StrEnum):
    """A day of the week."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class Hours(Model):
    """When a desk is there, in the policy's time zone. Reminders are quiet at other times.

    An end before the start is on the next day: `22:00` to `06:00` is a night. An end equal to the
    start is the whole day and night.
    """

    days: Annotated[tuple[Annotated[Day, Field(strict=False)], ...], Field(min_length=1)] = Field(
        default=(Day.MON, Day.TUE, Day.WED, Day.THU, Day.FRI),
        strict=False,
        description="Days of the week: mon, tue, wed, thu, fri, sat, sun.",
    )
    start: Clock = Field(default="09:00", description="When the day begins, quoted.")
    end: Clock = Field(
        default="17:00", description="When it ends, quoted; before the start: on the next day."
    )

    def include(self, local: datetime) -> bool:
        """Whether the desk is there at a time of the policy's zone."""
        days, at = tuple(Day), f"{local:%H:%M}"
        today, yesterday = days[local.weekday()], days[local.weekday() - 1]
        if self.start < self.end:
            return today in self.days and self.start <= at < self.end
        # Over midnight: the part after it belongs to the day on which it began.
        return (today in self.days and at >= self.start) or (
            yesterday in self.days and at < self.end
        )


class UpdateCadence(Model):
    """How often there is news, by impact."""

    critical: int = Field(default=60, ge=5, description="Minutes.")
    high: int = Field(default=240, ge=5, description="Minutes.")
    medium: int = Field(default=1440, ge=5, description="Minutes.")

    def of(self, level: ImpactLevel) -> int:
        """Minutes for a level."""
        match level:
            case ImpactLevel.CRITICAL:
                return self.critical
            case ImpactLevel.HIGH:
                return self.high
            case _:
                return self.medium


class Reminders(Model):
    """When somebody is reminded, in minutes since it has been due to them; again at each period."""

    acknowledgement_minutes: int = Field(
        default=30, ge=5, description="A proposal that nobody has acknowledged."
    )
    assignment_minutes: int = Field(
        default=60, ge=5, description="An acknowledged escalation that nobody is assigned to."
    )
    update_minutes: UpdateCadence = Field(
        default=UpdateCadence(), description="An escalation without news, by its impact."
    )
    assessment_minutes: int = Field(
        default=480, ge=5, description="An escalation without a preliminary assessment."
    )
    communication_minutes: int = Field(
        default=1440, ge=5, description="A resolved one whose affected parties were not told."
    )
    ticket_minutes: int = Field(
        default=240,
        ge=5,
        description="A ticket that is done in Jira while it is escalated, or the reverse.",
    )
    lead_after: int = Field(
        default=3, ge=0, description="At which period the lead is called as well; 0 for never."
    )
