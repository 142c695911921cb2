"""A report for spreadsheets."""

from collections.abc import Iterator

from reconciler.model.report import FigureGroup, Figures, Report
from reconciler.render.report_words import groupings, measures
from reconciler.render.sheet import Sheet


def report_sheet(report: Report) -> Sheet:
    """A row for the whole period and one for each group; times in seconds, empty when unknown."""
    rows = [("all", FigureGroup(key="", figures=report.total))]
    rows += [(name, each) for name, groups in groupings(report) for each in groups]
    days = (report.first_day.isoformat(), report.last_day.isoformat())
    return Sheet(
        ("by", "key", "first_day", "last_day", *dict(_columns(report.total))),
        tuple(
            (name, each.key, *days, *dict(_columns(each.figures)).values()) for name, each in rows
        ),
    )


def _columns(figures: Figures) -> Iterator[tuple[str, int | None]]:
    """Every number of the figures by its name; a list of names that no file can choose."""
    for name in ("escalated", "reopened", "resolved", "withdrawn", "dropped", "open"):
        yield name, getattr(figures, name)
    yield "already_over", figures.already_over
    yield from ((f"limit_{name}", count) for name, count in figures.limits)
    yield "overrides", figures.overrides
    for name, spread in measures(figures):
        yield from ((f"to_{name}_{part}", value) for part, value in spread)
