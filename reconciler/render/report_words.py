"""What a report says, whichever way it is shown."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from reconciler.model.report import FigureGroup, Figures, Report, Spread
from reconciler.render.escape import terminal

NO_KEY: Final = "(unknown)"
"""No handle, desk or month can be called that."""


def title(report: Report) -> str:
    """What it is about."""
    if report.month:
        return f"Escalations in {report.first_day:%B %Y}"
    return f"Escalations from {report.first_day} to {report.last_day}"


def stretch(report: Report) -> str:
    """The desks, the days, and how far the present lets it reach."""
    desks = f"Of {', '.join(map(terminal, report.desks))}" if report.desks else "Of all desks"
    now = report.at.astimezone(ZoneInfo(report.time_zone))
    words = f"{desks}, days of {report.time_zone}"
    return f"{words}, up to {_moment(now)}" if now.date() <= report.last_day else words


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M %Z}"


def key_figures(figures: Figures) -> Iterator[tuple[str, int, str]]:
    """What is counted, how many, and what they are made of."""
    over = figures.resolved + figures.withdrawn + figures.dropped
    ends = [("resolved", figures.resolved), ("withdrawn", figures.withdrawn)]
    ends.append(("dropped", figures.dropped))
    yield "Escalated", figures.escalated, _parts([("reopened", figures.reopened)])
    yield "Over", over, _parts(ends)
    yield "Open at the end", figures.open, ""
    yield "Limits met", figures.limits.total, _parts(list(figures.limits))
    yield "Overrides", figures.overrides, ""
    if figures.already_over:
        yield "Already ended", figures.already_over, "ended before the main branch had "
        "them; times unknown"


def _parts(counts: list[tuple[str, int]]) -> str:
    return ", ".join(f"{number} {name}" for name, number in counts if number)


def measures(figures: Figures) -> tuple[tuple[str, Spread], ...]:
    """What takes time."""
    return (
        ("acknowledge", figures.to_acknowledge),
        ("assign", figures.to_assign),
        ("resolve", figures.to_resolve),
    )


COUNTS: Final = (
    "Escalated",
    "Resolved",
    "Withdrawn",
    "Reopened",
    "Open",
    "Limits",
    "Overrides",
)


def counted(figures: Figures) -> tuple[int, ...]:
    """The counts of a group, in the order of COUNTS."""
    return (
        figures.escalated,
        figures.resolved,
        figures.withdrawn,
        figures.reopened,
        figures.open,
        figures.limits.total,
        figures.overrides,
    )


def groupings(report: Report) -> tuple[tuple[str, tuple[FigureGroup, ...]], ...]:
    """By what it is grouped, and the groups."""
    return (
        ("month", report.by_month),
        ("desk", report.by_desk),
        ("team", report.by_team),
        ("impact", report.by_impact),
    )


def key_of(group: FigureGroup) -> str:
    """The name of a group."""
    return NO_KEY if group.key is None else group.key
