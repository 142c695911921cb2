"""A line of a file with a caret under what is meant, whatever characters the line holds."""

import unicodedata
from typing import Final, NamedTuple

from reconciler.load.characters import HIDDEN, visible

_TAB: Final = 4
_CUT: Final = "…"


class Excerpt(NamedTuple):
    """A line as it is shown, and the blanks and carets that go below."""

    line: str
    carets: str


class _Cell(NamedTuple):
    text: str
    width: int


def excerpt(line: str, column: int, length: int, width: int) -> Excerpt:
    """Show a line in at most `width` columns, cut so that the caret stays in view."""
    # Far-away ends of enormous lines are never looked at.
    margin = width * 2
    skipped = max(0, column - 1 - margin)
    part = line[skipped : column - 1 + length + margin]
    cells = [_cell(part, index) for index in range(len(part))]
    begin = min(column - 1 - skipped, len(cells))
    end = min(begin + max(length, 1), max(len(cells), begin + 1))
    first, last = _window(cells, begin, end, width, cut=skipped > 0)
    left = _CUT if first > 0 or skipped else ""
    right = _CUT if last < len(cells) or skipped + len(part) < len(line) else ""
    shown = left + "".join(cell.text for cell in cells[first:last]) + right
    before = len(left) + sum(cell.width for cell in cells[first:begin])
    under = sum(cell.width for cell in cells[begin : min(end, last)])
    return Excerpt(shown.rstrip(), " " * before + "^" * max(1, under))


def _window(cells: list[_Cell], begin: int, end: int, width: int, *, cut: bool) -> tuple[int, int]:
    """Which cells to show: all if they fit, or those around the caret."""
    if not cut and sum(cell.width for cell in cells) <= width:
        return 0, len(cells)
    room = width - 2
    first, last, used = begin, begin, 0
    while last < min(end, len(cells)) and used + cells[last].width <= room:
        used += cells[last].width
        last += 1
    context = room // 3
    while first > 0 and used + cells[first - 1].width <= room and context > 0:
        first -= 1
        used += cells[first].width
        context -= cells[first].width
    while last < len(cells) and used + cells[last].width <= room:
        used += cells[last].width
        last += 1
    while first > 0 and used + cells[first - 1].width <= room:
        first -= 1
        used += cells[first].width
    return first, last


def _cell(line: str, index: int) -> _Cell:
    character = line[index]
    if character == "\t":
        return _Cell(" " * _TAB, _TAB)
    if character == "[" and line[max(0, index - 2) : index] == "##":
        return _Cell("\\[", 2)  # GitHub Actions obeys ##[...] wherever it stands
    if HIDDEN.match(line, index):
        text = visible(character)
        return _Cell(text, len(text))
    return _Cell(character, _columns(character))


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
