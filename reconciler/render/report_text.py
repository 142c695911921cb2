"""A report for the terminal."""

from collections.abc import Sequence
from typing import Final

from rich.console import Group as Together
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from reconciler.model.report import FigureGroup, Figures, Report, Spread
from reconciler.render.bars import bar
from reconciler.render.durations import high, median
from reconciler.render.escape import terminal
from reconciler.render.report_words import (
    counted,
    groupings,
    key_figures,
    key_of,
    measures,
    stretch,
    title,
)

_LONGEST_NAME: Final = 16
_LEGEND: Final = "90 %: nine in ten took no longer. ?: how many durations are unknown."
_HEADINGS: Final = (
    *("Esca-\nlated", "\nResolved", "With-\ndrawn", "Re-\nopened", "\nOpen", "\nLimits"),
    "Over-\nrides",
)
"""Narrow, so that there is room for bars in a terminal of 80 columns."""


def report_text(report: Report, *, plain: bool = False) -> RenderableType:
    """Key figures, then each grouping with a chart; plain draws in ASCII."""
    parts: list[RenderableType] = [
        Text(title(report), style="bold"),
        Text(stretch(report), style="dim"),
        Text(),
        _figures(report.total),
        Text(),
        _times(report.total),
    ]
    several = [(name, groups) for name, groups in groupings(report) if len(groups) > 1]
    for name, groups in several:
        parts += [Text(), _counts(name, groups, plain=plain), Text(), _grouped(name, groups)]
    if several:
        parts += [Text(), Text(_LEGEND, style="dim")]
    parts += [Text(f"\nnote: {terminal(each)}", style="yellow") for each in report.notes]
    return Together(*parts)


def _figures(figures: Figures) -> RenderableType:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True, justify="right", style="bold")
    grid.add_column(overflow="fold")
    for name, number, more in key_figures(figures):
        grid.add_row(Text(name), Text(str(number)), Text(more, style="dim"))
    return grid


def _times(figures: Figures) -> RenderableType:
    table = _table()
    table.add_column("Time to", no_wrap=True)
    for heading in ("Median", "90th percentile", "Known", "Unknown"):
        table.add_column(heading, justify="right", no_wrap=True)
    for name, spread in measures(figures):
        table.add_row(name, median(spread), high(spread), str(spread.known), str(spread.unknown))
    return table


def _table(*, expand: bool = False) -> Table:
    return Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), expand=expand)


def _named(name: str, groups: Sequence[FigureGroup], table: Table) -> None:
    """The column of what is grouped; it gives no way to a bar."""
    longest = max(len(name) + 3, *(len(key_of(each)) for each in groups))
    width = min(longest, _LONGEST_NAME)
    table.add_column(f"\nBy {name}", width=width, overflow="fold")


def _counts(name: str, groups: Sequence[FigureGroup], *, plain: bool) -> RenderableType:
    """Counts, with a bar for how many were escalated."""
    table = _table(expand=True)
    _named(name, groups, table)
    first, *others = _HEADINGS
    table.add_column(first, justify="right", no_wrap=True)
    table.add_column("", ratio=1, no_wrap=True)
    for heading in others:
        table.add_column(heading, justify="right", no_wrap=True)
    most = max(each.figures.escalated for each in groups)
    for each in groups:
        escalated, *more = counted(each.figures)
        drawn = bar(escalated, most, plain=plain)
        table.add_row(
            terminal(key_of(each)), str(escalated), drawn, *(str(number) for number in more)
        )
    return table


def _grouped(name: str, groups: Sequence[FigureGroup]) -> RenderableType:
    """Median, 90th percentile and how many are unknown of each measure."""
    table = _table()
    _named(name, groups, table)
    for measure, _ in measures(groups[0].figures):
        heading = f"to {measure}\n{_columns('median', '90 %', '?')}"
        table.add_column(heading, justify="right", no_wrap=True)
    for each in groups:
        table.add_row(
            terminal(key_of(each)), *(_cell(spread) for _, spread in measures(each.figures))
        )
    return table


def _cell(spread: Spread) -> str:
    return _columns(median(spread), high(spread), str(spread.unknown))


def _columns(middle: str, upper: str, unknown: str) -> str:
    return f"{middle:>7} {upper:>7} {unknown:>3}"
