"""Bars for small charts in a terminal."""

import sys
from dataclasses import dataclass
from typing import TextIO

from rich.bar import Bar
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.measure import Measurement
from rich.segment import Segment


def can_draw(stream: TextIO | None = None) -> bool:
    """Whether a stream can show blocks, going by its encoding."""
    encoding = getattr(stream or sys.stdout, "encoding", None) or "ascii"
    try:
        "█▏".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def bar(value: int, most: int, *, plain: bool) -> RenderableType:
    """A bar as long as its value is to the most; as wide as there is room for the most."""
    return _Plain(value, max(most, 1)) if plain else Bar(max(most, 1), 0, value, color="cyan")


@dataclass(frozen=True)
class _Plain:
    """A bar of ASCII. Whatever is not nothing is seen."""

    value: int
    most: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """As many signs as fit."""
        length = round(options.max_width * self.value / self.most)
        yield Segment("#" * (max(length, 1) if self.value else 0))
        yield Segment.line()

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """As Bar's own."""
        return Measurement(4, options.max_width)
