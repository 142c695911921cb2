"""People in a CSV file, which HR systems and spreadsheets can write."""

import csv
import io
from collections.abc import Iterator
from typing import Final

from reconciler.model.known_person import KnownPerson

COLUMNS: Final = {
    "name": "the person's name",
    "email": "e-mail address",
    "github": "GitHub login",
    "team": "key of a team on the roster",
    "role": "role, such as manager or engineer",
    "crew": "key of a crew on the roster",
    "slack": "Slack member id",
    "jira": "Jira account id, or user name",
    "handle": "key of the new entry",
}
_NEEDED: Final = ("email",)
_MOST: Final = 10_000
"""Lines that are read."""


class PeopleFileError(Exception):
    """The file can't be read; says which line, and what to do."""


def read_people(data: bytes, name: str) -> tuple[KnownPerson, ...]:
    """The people of a file with a header line. Raises PeopleFileError."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PeopleFileError(f"{name} is not UTF-8 text. Save it as CSV with UTF-8.") from error
    try:
        return tuple(_people(text, name))
    except csv.Error as error:
        raise PeopleFileError(f"{name} is not a CSV file: {error}") from error


def _people(text: str, name: str) -> Iterator[KnownPerson]:
    first = text.partition("\n")[0]
    separator = ";" if first.count(";") > first.count(",") else ","
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    header = [each.strip().casefold() for each in next(lines, [])]
    _check_header(header, name)
    for cells in lines:
        if lines.line_num > _MOST:
            raise PeopleFileError(f"{name} has more than {_MOST:,} lines.")
        if not any(each.strip() for each in cells):
            continue
        if len(cells) != len(header):
            raise PeopleFileError(
                f"{name}, line {lines.line_num}: {len(cells)} cells, but {len(header)} columns. "
                "Put a cell with a comma in quotes."
            )
        row = {key: " ".join(cell.split()) for key, cell in zip(header, cells, strict=True)}
        values = {key: cell for key, cell in row.items() if cell and key not in {"name", "email"}}
        source = f"{name}, line {lines.line_num}"
        yield KnownPerson(source, row.get("name", ""), row["email"].casefold(), values)


def _check_header(header: list[str], name: str) -> None:
    known = ", ".join(COLUMNS)
    if unknown := [each for each in header if each not in COLUMNS]:
        raise PeopleFileError(
            f"{name} has the unknown column {unknown[0]!r}. The columns are: {known}."
        )
    if missing := [each for each in _NEEDED if each not in header]:
        raise PeopleFileError(
            f"{name} has no column {missing[0]}. Its first line must name the columns: {known}."
        )
    if len(set(header)) != len(header):
        raise PeopleFileError(f"{name} names a column twice. Name each column once.")
