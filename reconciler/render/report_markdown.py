"""A report as a digest in Markdown."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from reconciler.model.report import FigureGroup, Figures, Notable, Report, Spread
from reconciler.render.durations import high, median
from reconciler.render.escape import markdown
from reconciler.render.report_words import (
    COUNTS,
    counted,
    groupings,
    key_figures,
    key_of,
    measures,
    stretch,
    title,
)

_MOST: Final = 30
"""How many escalations of a kind are named."""


def report_markdown(report: Report) -> str:
    """Key figures beside those of the month before, each grouping, and what to look into."""
    lines = [f"## {markdown(title(report))}", "", f"{markdown(stretch(report))}.", ""]
    lines += [*_figures(report), "", *_times(report)]
    for name, groups in groupings(report):
        if len(groups) > 1:
            lines += ["", f"### By {name}", "", *_counts(name, groups)]
            lines += ["", *_grouped(name, groups)]
    lines += _notables(report)
    for each in report.notes:
        lines += ["", f"Note: {markdown(each)}"]
    return "\n".join(lines) + "\n"


def _figures(report: Report) -> Iterator[str]:
    before = dict(_numbers(report.month_before)) if report.month_before else None
    yield from _heads("", "Number", *(["Month before"] if before else []), "Of these")
    for name, number, more in key_figures(report.total):
        former = [str(before.get(name, 0))] if before else []
        yield _row(name, str(number), *former, more)


def _numbers(figures: Figures) -> Iterator[tuple[str, int]]:
    return ((name, number) for name, number, _ in key_figures(figures))


def _times(report: Report) -> Iterator[str]:
    before = dict(measures(report.month_before)) if report.month_before else {}
    former = ["Median of the month before"] if before else []
    yield from _heads("Time to", "Median", "90th percentile", "Known", "Unknown", *former)
    for name, spread in measures(report.total):
        old = [median(before[name])] if before else []
        shown = (median(spread), high(spread), str(spread.known), str(spread.unknown))
        yield _row(name, *shown, *old)


def _counts(name: str, groups: Sequence[FigureGroup]) -> Iterator[str]:
    yield from _heads(name.capitalize(), *COUNTS)
    for each in groups:
        yield _row(key_of(each), *(str(number) for number in counted(each.figures)))


def _grouped(name: str, groups: Sequence[FigureGroup]) -> Iterator[str]:
    yield "Median / 90th percentile (how many are unknown):"
    yield ""
    names = (f"To {measure}" for measure, _ in measures(groups[0].figures))
    yield from _heads(name.capitalize(), *names)
    for each in groups:
        yield _row(key_of(each), *(_cell(spread) for _, spread in measures(each.figures)))


def _cell(spread: Spread) -> str:
    both = f"{median(spread)} / {high(spread)}" if spread.known else median(spread)
    return f"{both} ({spread.unknown})" if spread.unknown else both


def _notables(report: Report) -> Iterator[str]:
    kinds = (
        ("Limits met", report.limits_met, " ({})"),
        ("Overrides", report.overrides, " (by {})"),
        ("Reopened", report.reopenings, ""),
    )
    entries = [(name, _named(found, how)) for name, found, how in kinds if found]
    if entries:
        yield from ("", "### To look into", "")
        yield from (f"- {name}: {words}" for name, words in entries)


def _named(found: Sequence[Notable], how: str) -> str:
    words = [markdown(f"{each.ticket}{how.format(each.what)}") for each in found[:_MOST]]
    more = [f"and {len(found) - _MOST} more"] if len(found) > _MOST else []
    return ", ".join([*words, *more])


def _heads(*names: str) -> Iterable[str]:
    return (_row(*names), _row(*("---" for _ in names)))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell if cell == '---' else markdown(cell) for cell in cells)} |"
