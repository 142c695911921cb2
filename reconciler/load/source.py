"""Where in a file each value stands; worked out only when somebody asks."""

import re
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

from yaml import YAMLError
from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from reconciler.load.parser import events
from reconciler.model.finding import Loc, Position

_DEEPEST: Final = 50
_KEPT: Final = 64
"""How many files' places are kept for other files with the same bytes."""


class Span(NamedTuple):
    """A stretch of a file, from one index to another, with where it begins."""

    line: int
    column: int
    start: int
    end: int


class Places(NamedTuple):
    """Where keys and values stand."""

    keys: dict[Loc, Span]
    values: dict[Loc, Span]
    brackets: dict[Loc, int]
    """Where what stands in braces or brackets ends: the index after the closing one."""


@dataclass(frozen=True)
class FileSource:
    """The bytes of a file, and where its values stand in it."""

    path: str
    data: bytes

    def position(self, *loc: str | int) -> Position:
        """Where the value at `loc` stands; its nearest known parent if it has no place."""
        span = self._span(loc)
        return Position(self.path, span.line, span.column)

    def key_position(self, *loc: str | int) -> Position:
        """Where the key of the value at `loc` stands."""
        span = self.places.keys.get(loc) or self._span(loc)
        return Position(self.path, span.line, span.column)

    def length(self, *loc: str | int) -> int:
        """How many columns of its first line the value at `loc` takes."""
        return self._first_line(self._span(loc))

    def key_length(self, *loc: str | int) -> int:
        """How many columns the key of the value at `loc` takes."""
        return self._first_line(self.places.keys.get(loc) or self._span(loc))

    def find(self, loc: Loc, words: str) -> tuple[Position, int]:
        """Where some words of the text at `loc` stand, however the text is wrapped."""
        span = self._span(loc)
        pattern = r"\s+".join(re.escape(word) for word in words.split())
        match = re.compile(pattern).search(self.text, span.start, span.end) if pattern else None
        if match is None:
            return self.position(*loc), self.length(*loc)
        before = self.text[: match.start()]
        line = before.count("\n") + 1
        column = len(before) - (before.rfind("\n") + 1) + 1
        return Position(self.path, line, column), len(match.group().partition("\n")[0])

    @cached_property
    def text(self) -> str:
        """The file as text, whatever its bytes are."""
        return self.data.decode("utf-8", "replace")

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the file, as YAML and editors count them."""
        return [line.removesuffix("\r") for line in self.text.split("\n")]

    @cached_property
    def places(self) -> Places:
        """Where keys and values stand; as much as could be read."""
        return _places(self.data)

    def _span(self, loc: Loc) -> Span:
        keys, values, _ = self.places
        for size in range(len(loc), -1, -1):
            part = loc[:size]
            span = values.get(part)
            # An empty value has no place of its own to point at: its key has.
            if span is not None and (span.end > span.start or part not in keys):
                return span
            if part in keys:
                return keys[part]
        return Span(1, 1, 0, 0)

    def _first_line(self, span: Span) -> int:
        stretch = self.text[span.start : span.end].partition("\n")[0].rstrip()
        return max(1, len(stretch))


@lru_cache(_KEPT)
def _places(data: bytes) -> Places:
    finder = _Finder()
    # A finding elsewhere says what is wrong; what was read so far still helps.
    with suppress(YAMLError, RecursionError, ValueError):
        finder.run(data)
    return Places(finder.keys, finder.values, finder.brackets)


class _Finder:
    """Walks the events of a file and notes where everything stands."""

    def __init__(self) -> None:
        self.keys: dict[Loc, Span] = {}
        self.values: dict[Loc, Span] = {}
        self.brackets: dict[Loc, int] = {}
        self._flow: list[bool] = []
        self._loc: list[str | int] = []
        self._awaiting_key: list[bool] = []

    def run(self, data: bytes) -> None:
        stream = events(data)
        while (event := stream.get_event()) is not None and len(self._loc) < _DEEPEST:
            kind = type(event)
            if kind in {MappingStartEvent, SequenceStartEvent}:
                self._note(event)
                mapping = kind is MappingStartEvent
                self._awaiting_key.append(mapping)
                self._flow.append(bool(getattr(event, "flow_style", False)))
                self._loc.append("" if mapping else 0)
            elif kind in {MappingEndEvent, SequenceEndEvent}:
                self._awaiting_key.pop()
                self._loc.pop()
                if self._flow.pop():
                    self.brackets.setdefault(tuple(self._loc), event.end_mark.index)
                self._step()
            elif kind in {ScalarEvent, AliasEvent}:
                self._scalar(event)

    def _scalar(self, event: object) -> None:
        if self._awaiting_key and self._awaiting_key[-1]:
            self._loc[-1] = getattr(event, "value", "")
            self.keys.setdefault(tuple(self._loc), _span(event))
            self._awaiting_key[-1] = False
            return
        self._note(event)
        self._step()

    def _note(self, event: object) -> None:
        self.values.setdefault(tuple(self._loc), _span(event))

    def _step(self) -> None:
        """The value is over: await the next key, or move on to the next item."""
        if not self._loc:
            return
        last = self._loc[-1]
        if isinstance(last, int):
            self._loc[-1] = last + 1
        else:
            self._awaiting_key[-1] = True


def _span(event: object) -> Span:
    start, end = event.start_mark, event.end_mark  # type: ignore[attr-defined]
    return Span(start.line + 1, start.column + 1, start.index, end.index)
