"""A report for programs: JSON and CSV."""

import csv
from collections.abc import Iterator
from io import StringIO

from reconciler.model.report import FigureGroup, Figures, Report
from reconciler.render.report_words import groupings, measures


def report_json(report: Report) -> str:
    """The whole report."""
    return report.model_dump_json(indent=2)


def report_csv(report: Report) -> str:
    """A row for the whole period and one for each group; times in seconds, empty when unknown."""
    buffer = StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    rows = [("all", FigureGroup(key="", figures=report.total))]
    rows += [(name, each) for name, groups in groupings(report) for each in groups]
    writer.writerow(["by", "key", "first_day", "last_day", *dict(_columns(report.total))])
    for name, each in rows:
        cells = dict(_columns(each.figures)).values()
        days = (report.first_day, report.last_day)
        writer.writerow([name, "" if each.key is None else each.key, *days, *cells])
    return buffer.getvalue()


def _columns(figures: Figures) -> Iterator[tuple[str, int | None]]:
    """Every number of the figures by its name; a list of names that no file can choose."""
    for name in ("escalated", "reopened", "resolved", "withdrawn", "dropped", "open"):
        yield name, getattr(figures, name)
    yield "already_over", figures.already_over
    yield from ((f"limit_{name}", count) for name, count in figures.limits)
    yield "overrides", figures.overrides
    for name, spread in measures(figures):
        yield from ((f"to_{name}_{part}", value) for part, value in spread)
