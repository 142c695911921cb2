"""A file with one value removed, replaced, or put between two others, by where its values stand."""

import re
from typing import Any, Final

from reconciler.edit.extent import end_of, line_after
from reconciler.edit.splice import (
    before_a_comment,
    in_place_of_nothing,
    indented,
    is_nothing,
    refused,
    spliced,
    with_item,
    with_value,
)
from reconciler.edit.write_yaml import as_block, as_flow
from reconciler.load.source import FileSource
from reconciler.model.finding import Loc

_COMMA: Final = re.compile(r"\s*, *")
_EMPTY: Final[dict[bool, Any]] = {True: {}, False: []}


def with_any(source: FileSource, loc: Loc, value: Any) -> bytes:  # noqa: ANN401
    """The file with this value at a key of a mapping, whatever stood there.

    Raises EditRefusedError, as all of these do.
    """
    if loc not in source.places.keys:
        return with_value(source, loc[:-1], str(loc[-1]), value)
    plain = not _children(source, loc) and loc not in source.places.brackets
    if is_nothing(source, loc):
        if isinstance(value, dict | list) and value:
            return in_place_of_nothing(source, loc, value)
    elif plain and isinstance(value, str):
        return with_value(source, loc[:-1], str(loc[-1]), value)
    key, there = source.places.keys[loc], source.places.values[loc]
    end = end_of(source, loc)
    if isinstance(value, dict | list) and value and not _in_flow(source, loc):
        block = as_block({str(loc[-1]): value}, quoted=before_a_comment(source, end))
        return spliced(source, key.start, end, indented(block, " " * (key.column - 1)).strip())
    start = source.text.index(":", key.end) + 1
    if plain and there.end > there.start and source.text[there.start] not in "|>":
        start = there.start
    flow = as_flow(value)
    return spliced(source, start, end, flow if start == there.start else f" {flow}")


def without(source: FileSource, loc: Loc) -> bytes:
    """The file without a key of a mapping, or without an item of a list."""
    parent = loc[:-1]
    siblings = _children(source, parent)
    if loc not in siblings:
        raise refused(source, loc, "is not in the file")
    at = siblings.index(loc)
    if len(siblings) == 1:
        if parent not in source.places.keys:
            raise refused(source, loc, "is all that there is")
        return with_any(source, parent, _EMPTY[isinstance(loc[-1], str)])
    start, end = _start_of(source, loc), end_of(source, loc)
    if parent in source.places.brackets:
        if at + 1 < len(siblings):
            comma = _COMMA.match(source.text, end)
            following = _start_of(source, siblings[at + 1])
            return spliced(source, start, comma.end() if comma else following, "")
        return spliced(source, end_of(source, siblings[at - 1]), end, "")
    line = source.text.rfind("\n", 0, start) + 1
    if source.text[line:start].strip():  # a dash: the first key of an item
        following = _start_of(source, siblings[at + 1]) if at + 1 < len(siblings) else end
        return spliced(source, start, following, "")
    return spliced(source, line, line_after(source, end), "")


def with_item_at(source: FileSource, loc: Loc, index: int, value: Any) -> bytes:  # noqa: ANN401
    """The file with one more item of a list, before the item that has this index now."""
    items = _children(source, loc)
    if index >= len(items):
        return with_item(source, loc, value)
    start = _start_of(source, items[index])
    if loc in source.places.brackets:
        return spliced(source, start, start, f"{as_flow(value)}, ")
    indent = " " * (start - (source.text.rfind("\n", 0, start) + 1))
    # Comments above an item belong to it, so the new one stands before them.
    before = end_of(source, items[index - 1]) if index else source.places.keys[loc].end
    at = line_after(source, before)
    block = as_block([value], quoted=before_a_comment(source, at))
    return spliced(source, at, at, indented(block, indent))


def _children(source: FileSource, loc: Loc) -> list[Loc]:
    """What stands directly below a place, in the order of the file."""
    size = len(loc) + 1
    return sorted(
        (at for at in source.places.values if len(at) == size and at[:-1] == loc),
        key=lambda at: _first(source, at),
    )


def _first(source: FileSource, loc: Loc) -> int:
    return (source.places.keys.get(loc) or source.places.values[loc]).start


def _start_of(source: FileSource, loc: Loc) -> int:
    """Where a key begins, or the dash of an item."""
    first = _first(source, loc)
    if isinstance(loc[-1], str) or loc[:-1] in source.places.brackets:
        return first
    try:
        return source.text.rindex("-", 0, first)
    except ValueError as error:
        raise refused(source, loc, "has no dash") from error


def _in_flow(source: FileSource, loc: Loc) -> bool:
    return any(loc[:size] in source.places.brackets for size in range(len(loc)))
