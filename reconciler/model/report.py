"""A report: how many escalations there were and how long they took."""

from datetime import date, datetime

from pydantic import Field

from reconciler.model.base import Value
from reconciler.model.output import Output


class Spread(Value):
    """How long something took. Percentiles are by nearest rank: times that really were taken."""

    known: int = Field(description="How many durations are known. The percentiles are of these.")
    unknown: int = Field(
        description="How many durations are unknown, because git does not show them."
    )
    median_seconds: int | None = Field(
        default=None, description="The median: half of them took no longer. Null if none is known."
    )
    p90_seconds: int | None = Field(
        default=None, description="Nine in ten took no longer. Null if none is known."
    )


class LimitsMet(Value):
    """Escalations that met a limit for the first time, whether or not an override let them pass."""

    day: int = Field(description="The limit of the desk per day was reached.")
    active: int = Field(description="The limit of the desk for active escalations was reached.")
    assignee: int = Field(description="The assignee had another active escalation.")
    impact: int = Field(description="The impact was below the lowest impact that the desk accepts.")

    @property
    def total(self) -> int:
        """All of them together."""
        return self.day + self.active + self.assignee + self.impact


class Figures(Value):
    """What happened within a stretch of time. Each thing counts when it happened."""

    escalated: int = Field(
        description="Escalations that reached the main branch, including reopened ones."
    )
    reopened: int = Field(description="How many of these were escalated again.")
    resolved: int = Field(description="Resolved escalations, whenever they were escalated.")
    withdrawn: int = Field(description="Withdrawn escalations, whenever they were escalated.")
    dropped: int = Field(
        description="Escalations that ended because the file was removed or the next episode began."
    )
    open: int = Field(
        description="Escalations that had not ended at the end of the period, including held ones."
    )
    already_over: int = Field(
        description="Escalations that had already ended when they reached the main "
        "branch. Their times "
        "are unknown, so no other figure counts them."
    )
    limits: LimitsMet = Field(description="How often a limit was reached.")
    overrides: int = Field(description="How often an overrider let an escalation exceed a limit.")
    to_acknowledge: Spread = Field(
        description="From ready for review until the acknowledging approval, of escalations "
        "acknowledged in the period. Known if the audit branch records both."
    )
    to_assign: Spread = Field(
        description="From reaching the main branch until the first assignment, of "
        "escalations assigned "
        "in the period."
    )
    to_resolve: Spread = Field(
        description="From reaching the main branch until the resolving commit, of "
        "escalations resolved "
        "in the period."
    )


class FigureGroup(Value):
    """The figures of one month, desk, team or impact."""

    key: str | None = Field(description="Name of the group. Null if git does not show it.")
    figures: Figures = Field(description="Figures of the group.")


class Notable(Value):
    """Something that a reader may want to look into."""

    ticket: str = Field(description="The escalation.")
    at: datetime = Field(description="When.")
    what: str = Field(description="The limit, or the handle of the overrider. Can be empty.")


class Report(Output):
    """How escalations went in a period."""

    at: datetime = Field(description="The time of the report. Later events are not counted.")
    time_zone: str = Field(description="The policy's zone, in which days and months begin.")
    first_day: date = Field(description="First day of the period.")
    last_day: date = Field(description="Last day of the period.")
    month: str | None = Field(
        description="The month, such as `2026-11`, if the period is one month. Otherwise null."
    )
    desks: tuple[str, ...] = Field(
        description="The desks of the report. An empty list means all desks."
    )
    total: Figures = Field(description="The whole period.")
    month_before: Figures | None = Field(
        description="The calendar month before, if the period is one month. Otherwise null."
    )
    by_month: tuple[FigureGroup, ...] = Field(description="By calendar month, the earliest first.")
    by_desk: tuple[FigureGroup, ...] = Field(description="By desk.")
    by_team: tuple[FigureGroup, ...] = Field(
        description="By team of the initiator, from the roster at the time of the escalation."
    )
    by_impact: tuple[FigureGroup, ...] = Field(
        description="By impact at the time of the escalation."
    )
    limits_met: tuple[Notable, ...] = Field(
        description="Each limit that was reached, the earliest first."
    )
    overrides: tuple[Notable, ...] = Field(description="Each override, the earliest first.")
    reopenings: tuple[Notable, ...] = Field(description="Each reopening, the earliest first.")
    notes: tuple[str, ...] = Field(description="Notes on the figures.")
