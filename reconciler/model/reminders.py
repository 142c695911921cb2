"""The policy on reminders: when something is overdue, and the working hours of a desk."""

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
    """Working hours of a desk, in the policy's time zone. Reminders are sent only in these hours.

    An end before the start is on the next day: `22:00` to `06:00` is a night. If the end equals the
    start, the hours are the whole day and night.
    """

    days: Annotated[tuple[Annotated[Day, Field(strict=False)], ...], Field(min_length=1)] = Field(
        default=(Day.MON, Day.TUE, Day.WED, Day.THU, Day.FRI),
        strict=False,
        description="Days of the week: mon, tue, wed, thu, fri, sat, sun.",
    )
    start: Clock = Field(
        default="09:00", description='Start of the working day, in quotes: "09:00".'
    )
    end: Clock = Field(
        default="17:00",
        description='End of the working day, in quotes: "17:00". A time before the start is on the '
        "next day.",
    )

    def include(self, local: datetime) -> bool:
        """True if a time of the policy's zone is within the working hours."""
        days, at = tuple(Day), f"{local:%H:%M}"
        today, yesterday = days[local.weekday()], days[local.weekday() - 1]
        if self.start < self.end:
            return today in self.days and self.start <= at < self.end
        # Over midnight: the part after it belongs to the day on which it began.
        return (today in self.days and at >= self.start) or (
            yesterday in self.days and at < self.end
        )


class UpdateCadence(Model):
    """How often an update is due, by impact."""

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
    """After how many minutes the tool sends a reminder. It repeats the reminder each period."""

    acknowledgement_minutes: int = Field(
        default=30,
        ge=5,
        description="Minutes until the reminder about an open pull request without an "
        "acknowledgement.",
    )
    merge_minutes: int = Field(
        default=120,
        ge=5,
        description="Minutes until the reminder about a pull request that is agreed and not "
        "merged. With `merge: when-agreed`, it shows why the tool could not merge it.",
    )
    assignment_minutes: int = Field(
        default=60,
        ge=5,
        description="Minutes until the reminder about an acknowledged escalation without "
        "an assignee.",
    )
    update_minutes: UpdateCadence = Field(
        default=UpdateCadence(),
        description="Minutes until the reminder about an escalation without an update, by impact.",
    )
    assessment_minutes: int = Field(
        default=480,
        ge=5,
        description="Minutes until the reminder about an escalation without a "
        "preliminary assessment.",
    )
    communication_minutes: int = Field(
        default=1440,
        ge=5,
        description="Minutes until the reminder about a resolved escalation whose message to the "
        "affected customers was not sent.",
    )
    ticket_minutes: int = Field(
        default=240,
        ge=5,
        description="Minutes until the reminder about a ticket that is done in Jira but still "
        "escalated, or the reverse.",
    )
    lead_after: int = Field(
        default=3,
        ge=0,
        description="From which reminder on the lead is mentioned as well. 0 means never.",
    )
