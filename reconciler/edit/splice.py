"""A file with one value put in, by the places where its values stand.

Nothing is written anew but what changes: comments, order, quotes and line ends stay. A library that
reads a whole file and writes it again cannot promise that; see docs/decisions.
"""

from collections.abc import Mapping
from typing import Any, Final

from reconciler.edit.extent import end_of, line_after
from reconciler.edit.write_yaml import as_block, as_flow
from reconciler.load.source import FileSource, Span
from reconciler.model.finding import Loc

_INDENT: Final = 2


class EditRefusedError(Exception):
    """The file cannot be changed this way; says why, and what to do by hand."""


def with_value(source: FileSource, parent: Loc, key: str, value: Any) -> bytes:  # noqa: ANN401
    """The file with this value at a key of a mapping, in place of another or as its last key.

    Raises EditRefusedError.
    """
    loc = (*parent, key)
    if loc not in source.places.keys:
        return _with_key(source, parent, key, value)
    if isinstance(value, str):
        return _with_scalar(source, loc, value)
    if is_nothing(source, loc):
        return in_place_of_nothing(source, loc, value)
    raise refused(source, loc, "already exists")


def with_item(source: FileSource, loc: Loc, value: Any) -> bytes:  # noqa: ANN401
    """The file with one more item at the end of a list, which may be missing or empty.

    Raises EditRefusedError.
    """
    if loc not in source.places.keys:
        return _with_key(source, loc[:-1], str(loc[-1]), [value])
    if is_nothing(source, loc):
        return in_place_of_nothing(source, loc, [value])
    if loc in source.places.brackets:
        return _in_flow(source, loc, as_flow(value))
    there = source.places.values[loc]
    first = source.places.values[*loc, 0]
    dash = source.text.rindex("-", there.start, first.start)
    indent = " " * (dash - (source.text.rfind("\n", 0, dash) + 1))
    return _on_lines(source, _after(source, loc), [value], indent)


def with_keys(source: FileSource, parent: Loc, values: Mapping[str, Any]) -> bytes:
    """The file with new last keys of a mapping, in one edit. Raises EditRefusedError."""
    if parent in source.places.brackets:
        parts = (f"{key}: {as_flow(value)}" for key, value in values.items())
        return _in_flow(source, parent, ", ".join(parts))
    keys = [span for loc, span in source.places.keys.items() if loc[:-1] == parent]
    if not keys:
        raise refused(source, parent, "is not in the file")
    indent = " " * (min(keys, key=lambda span: span.start).column - 1)
    return _on_lines(source, _after(source, parent), values, indent)


def _with_key(source: FileSource, parent: Loc, key: str, value: Any) -> bytes:  # noqa: ANN401
    return with_keys(source, parent, {key: value})


def _with_scalar(source: FileSource, loc: Loc, value: str) -> bytes:
    """Another text in place of one, or of nothing; what follows on its line stays."""
    key, there = source.places.keys[loc], source.places.values[loc]
    if there.end <= there.start:
        colon = source.text.index(":", key.end) + 1
        return spliced(source, colon, colon, f" {as_flow(value)}")
    end = there.start + len(_written(source, there))
    if source.text[there.start] in "|>":
        indent = " " * (key.column - 1)
        block = as_block({str(loc[-1]): value}, quoted=before_a_comment(source, end))
        body = indented(block, indent).strip()
        return spliced(source, key.start, end, body)
    return spliced(source, there.start, end, as_flow(value))


def is_nothing(source: FileSource, loc: Loc) -> bool:
    """True if a key has no value, or an empty list or mapping."""
    if any(other[: len(loc)] == loc and other != loc for other in source.places.values):
        return False
    there = source.places.values[loc]
    if loc in source.places.brackets:
        return True
    return _written(source, there) in {"", "~", "null"}


def in_place_of_nothing(source: FileSource, loc: Loc, value: Any) -> bytes:  # noqa: ANN401
    """The file with a value at a key that has none."""
    key, there = source.places.keys[loc], source.places.values[loc]
    begin = source.text.index(":", key.end) + 1
    end = source.places.brackets.get(loc, there.start + len(_written(source, there)))
    end = max(begin, end)
    rest = source.text[end:].partition("\n")[0].strip()
    line = source.text[source.text.rfind("\n", 0, key.start) + 1 : key.start]
    if rest or line.strip(" -"):  # a comment, or braces around it
        return spliced(source, begin, end, f" {as_flow(value)}")
    block = as_block(value, quoted=before_a_comment(source, end))
    body = indented(block, " " * (key.column - 1 + _INDENT)).rstrip("\n")
    return spliced(source, begin, end, f"\n{body}")


def _in_flow(source: FileSource, loc: Loc, written: str) -> bytes:
    """One more part of what stands in braces or brackets."""
    end = source.places.brackets[loc] - 1
    before = source.text[source.places.values[loc].start + 1 : end].rstrip()
    glue = "" if not before else " " if before.endswith(",") else ", "
    return spliced(source, end, end, glue + written)


def _written(source: FileSource, span: Span) -> str:
    return source.text[span.start : span.end].rstrip()


def _after(source: FileSource, loc: Loc) -> int:
    """Where the line after a value begins; comments after it stay there."""
    return line_after(source, end_of(source, loc))


def before_a_comment(source: FileSource, at: int) -> bool:
    """Whether the next that is written is an indented comment, which a block would swallow."""
    rest = source.text[at:]
    following = rest.lstrip()
    return following.startswith("#") and source.text[len(source.text) - len(following) - 1] != "\n"


def _on_lines(source: FileSource, at: int, value: Any, indent: str) -> bytes:  # noqa: ANN401
    block = as_block(value, quoted=before_a_comment(source, at))
    unended = at == len(source.text) and not source.text.endswith("\n")
    text = indented(block, indent)
    return spliced(source, at, at, f"\n{text}" if unended else text)


def spliced(source: FileSource, start: int, end: int, text: str) -> bytes:
    """The file with a text between two indexes, with the line ends of the file."""
    if b"\r\n" in source.data:
        text = text.replace("\n", "\r\n")
    whole = source.data.decode("utf-8")  # nothing else is ever loaded
    return (whole[:start] + text + whole[end:]).encode()


def indented(text: str, indent: str) -> str:
    """The text with each line moved to the right, except empty ones."""
    lines = text.splitlines(keepends=True)
    return "".join(indent + line if line.strip() else line for line in lines)


def refused(source: FileSource, loc: Loc, why: str) -> EditRefusedError:
    """The error that names a place."""
    name = ".".join(map(str, loc)) or "the file"
    place = source.position(*loc)
    return EditRefusedError(f"{place}: {name} {why}. Change the file in an editor.")
