"""Rows and columns, as CSV for a spreadsheet and as a table of Markdown."""

import csv
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Any, Final

from reconciler.model.base import Value
from reconciler.redaction import redact_tokens
from reconciler.render.escape import inert, markdown, terminal

Cell = str | int | None
_FORMULA: Final = frozenset("=+-@")
"""What a spreadsheet takes for the beginning of a formula, also after blanks and in full width.
Source: https://owasp.org/www-community/attacks/CSV_Injection"""


@dataclass(frozen=True)
class Sheet:
    """A table with a name for each column."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def sheet_of(kind: type[Value], values: Iterable[Value], leave_out: Iterable[str] = ()) -> Sheet:
    """A row for each value and a column for each of its fields."""
    columns = tuple(name for name in kind.model_fields if name not in frozenset(leave_out))
    dumped = (each.model_dump(mode="json") for each in values)
    return Sheet(columns, tuple(tuple(_cell(each[name]) for name in columns) for each in dumped))


def _cell(value: Any) -> Cell:  # noqa: ANN401 - whatever JSON has
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "; ".join(str(each) for each in value)
    return value if value is None or isinstance(value, int) else str(value)


def sheet_csv(sheet: Sheet) -> str:
    """Every text in quotes. An apostrophe comes before what a spreadsheet would calculate."""
    buffer = StringIO()
    writer = csv.writer(buffer, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(sheet.columns)
    writer.writerows([_harmless(cell) for cell in row] for row in sheet.rows)
    return redact_tokens(buffer.getvalue())


def _harmless(cell: Cell) -> Cell:
    if not isinstance(cell, str):
        return cell
    first = unicodedata.normalize("NFKC", cell.lstrip()[:1])[:1]
    guard = "'" if first in _FORMULA or cell[:1] in {"\t", "\r"} else ""
    return guard + inert(terminal(cell))


def sheet_markdown(sheet: Sheet) -> str:
    """The table, with a heading for each column."""
    return "".join(f"{line}\n" for line in _lines(sheet))


def _lines(sheet: Sheet) -> Iterator[str]:
    yield _row(name.replace("_", " ").capitalize() for name in sheet.columns)
    yield _row("---" for _ in sheet.columns)
    for row in sheet.rows:
        yield _row("" if cell is None else markdown(str(cell)) for cell in row)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
