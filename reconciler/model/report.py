"""A report: how many escalations there were and how long they took."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from reconciler.model.base import Value


class Spread(Value):
    """How long something took. Percentiles are by nearest rank: times that really were taken."""

    known: int = Field(description="How many times are known; the percentiles are of these.")
    unknown: int = Field(description="How often it happened without git telling how long it took.")
    median_seconds: int | None = Field(
        default=None, description="Half of them took no longer; null when none is known."
    )
    p90_seconds: int | None = Field(
        default=None, description="Nine in ten took no longer; null when none is known."
    )


class LimitsMet(Value):
    """Escalations that met a limit for the first time, whether or not an override let them pass."""

    day: int = Field(description="The desk had taken as many as it takes in a day.")
    active: int = Field(description="As many as the desk takes were active.")
    assignee: int = Field(description="The assignee was busy with another one.")
    impact: int = Field(description="The impact was below the desk's floor.")

    @property
    def total(self) -> int:
        """All of them together."""
        return self.day + self.active + self.assignee + self.impact


class Figures(Value):
    """What happened within a stretch of time. Each thing counts when it happened."""

    escalated: int = Field(description="Reached the main branch, reopened ones among them.")
    reopened: int = Field(description="Of these, whose ticket had been escalated before.")
    resolved: int = Field(description="Resolved, whenever they were escalated.")
    withdrawn: int = Field(description="Withdrawn, whenever they were escalated.")
    dropped: int = Field(
        description="Ended otherwise: the file was removed, or the next episode began."
    )
    open: int = Field(description="Not over at the end of the stretch, held ones among them.")
    already_over: int = Field(
        description="Came to the main branch already over. When they were escalated and how long "
        "they took is unknown, so they count nowhere else."
    )
    limits: LimitsMet = Field(description="Limits that were met.")
    overrides: int = Field(description="Let pass the limits by somebody who may.")
    to_acknowledge: Spread = Field(
        description="From when the pull request was ready for review until the approval that "
        "acknowledged it, of those acknowledged in the stretch. Known where the audit branch "
        "records both."
    )
    to_assign: Spread = Field(
        description="From reaching the main branch until the first assignment counted, of those "
        "assigned in the stretch."
    )
    to_resolve: Spread = Field(
        description="From reaching the main branch to the commit that resolves it, of those "
        "resolved in the stretch."
    )


class FigureGroup(Value):
    """The figures of one month, desk, team or impact."""

    key: str | None = Field(description="Which one; null when git does not tell.")
    figures: Figures = Field(description="Its figures.")


class Notable(Value):
    """Something that a reader may want to look into."""

    ticket: str = Field(description="The escalation.")
    at: datetime = Field(description="When.")
    what: str = Field(description="The limit, the handle of who overrode it, or nothing.")


class Report(Value):
    """How escalations went in a period."""

    version: Literal[1] = Field(default=1, description="The version of this form: 1.")
    at: datetime = Field(description="The present that it was made for; later counts for nothing.")
    time_zone: str = Field(description="The policy's zone, in which days and months begin.")
    first_day: date = Field(description="First day of the period.")
    last_day: date = Field(description="Last day of the period.")
    month: str | None = Field(
        description="The month, when the period is just one: `2026-11`; null else."
    )
    desks: tuple[str, ...] = Field(description="The desks asked for; none means all.")
    total: Figures = Field(description="The whole period.")
    month_before: Figures | None = Field(
        description="The calendar month before, when the period is a month; null else."
    )
    by_month: tuple[FigureGroup, ...] = Field(description="By calendar month, earliest first.")
    by_desk: tuple[FigureGroup, ...] = Field(description="By desk.")
    by_team: tuple[FigureGroup, ...] = Field(
        description="By team of the initiator, going by the roster when it was escalated."
    )
    by_impact: tuple[FigureGroup, ...] = Field(description="By impact when it was escalated.")
    limits_met: tuple[Notable, ...] = Field(description="Each limit that was met, earliest first.")
    overrides: tuple[Notable, ...] = Field(description="Each override, earliest first.")
    reopenings: tuple[Notable, ...] = Field(description="Each reopening, earliest first.")
    notes: tuple[str, ...] = Field(description="What a reader should know about the figures.")
