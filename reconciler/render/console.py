"""Where text goes. The only module that decides on width, colour, links and progress.

It also blanks tokens in everything before it is shown.
"""

import logging
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import TYPE_CHECKING, Final, TextIO

from pydantic import BaseModel

from reconciler.redaction import redact_tokens
from reconciler.render.escape import harmless, inert, terminal
from reconciler.render.json_text import json_text

if TYPE_CHECKING:  # Importing `rich` takes longer than most checks do.
    from rich.console import RenderableType
    from rich.progress import Progress

_WIDTH_WITHOUT_TERMINAL: Final = 120
_WIDTH_OF_TEXT: Final = 80
_NARROWEST: Final = 40
_COLOURS: Final = {"red": 31, "green": 32, "cyan": 36}


def has_colour(stream: TextIO | None = None) -> bool:
    """True if text for people may have colours, bold letters and links there.

    `NO_COLOR` and `TERM=dumb` come first, then `FORCE_COLOR`; otherwise a terminal has them.
    """
    if os.environ.get("NO_COLOR") or _is_dumb():
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (stream or sys.stdout).isatty()


def can_animate(stream: TextIO) -> bool:
    """True if what is printed there can be replaced later, as a bar of progress is."""
    return stream.isatty() and not _is_dumb()


def _is_dumb() -> bool:
    return os.environ.get("TERM") == "dumb"


def width_of(stream: TextIO | None = None) -> int:
    """Columns: `COLUMNS`, else those of the terminal, else 120."""
    stream = stream or sys.stdout
    asked = os.environ.get("COLUMNS", "")
    if asked.isdecimal() and int(asked):
        return int(asked)
    if not stream.isatty():
        return _WIDTH_WITHOUT_TERMINAL
    return shutil.get_terminal_size((_WIDTH_OF_TEXT, 24)).columns


def text_width(stream: TextIO | None = None) -> int:
    """Columns of sentences: at most 80, and fewer on a narrow terminal."""
    return max(_NARROWEST, min(_WIDTH_OF_TEXT, width_of(stream)))


def emit(renderable: "RenderableType", stream: TextIO | None = None) -> None:
    """Print to a terminal in its width and colours, elsewhere in plain text 120 columns wide."""
    stream = stream or sys.stdout
    text = rendered(renderable, width_of(stream), colour=has_colour(stream))
    stream.write(inert(redact_tokens(text)))
    stream.flush()


def write(text: str, stream: TextIO | None = None) -> None:
    """Print data that is safe as it is, such as JSON, CSV and Markdown. It has no colours."""
    stream = stream or sys.stdout
    stream.write(redact_tokens(text))
    stream.flush()


def write_line(text: str, colour: str = "", stream: TextIO | None = None) -> None:
    """Print one line of any text, with hidden characters shown; in a colour where there are any."""
    stream = stream or sys.stdout
    line = inert(terminal(text))
    painted = f"\x1b[{_COLOURS[colour]}m{line}\x1b[0m" if colour and has_colour(stream) else line
    write(f"{painted}\n", stream)


def write_error(text: str) -> None:
    """Print one line of any text to stderr."""
    write_line(text, stream=sys.stderr)


def write_lines(text: str, stream: TextIO | None = None) -> None:
    """Print lines of any text, such as a file or the message of an exception."""
    write(f"{inert(harmless(text))}\n", stream)


def write_json(value: BaseModel, stream: TextIO | None = None) -> None:
    """Print a value for programs."""
    stream = stream or sys.stdout
    write(json_text(value, stream.encoding or "utf-8"), stream)


def rendered(renderable: "RenderableType", width: int, *, colour: bool = False) -> str:
    """The text of something that `rich` can print, without blanks at the ends of lines."""
    from rich.console import Console  # noqa: PLC0415 - see above

    buffer = StringIO()
    console = Console(
        file=buffer,
        width=width,
        force_terminal=colour,
        no_color=not colour,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    console.print(renderable)
    return "\n".join(line.rstrip() for line in buffer.getvalue().split("\n"))


@contextmanager
def noting_delay(text: str, seconds: float = 1.0) -> Iterator[None]:
    """Show a line on stderr if what is done takes longer; a terminal shows it only meanwhile."""
    began = threading.Event()

    def show() -> None:
        began.set()
        sys.stderr.write(text if can_animate(sys.stderr) else f"{text}\n")
        sys.stderr.flush()

    timer = threading.Timer(seconds, show)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        if began.is_set() and can_animate(sys.stderr):
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()


class ShownProgress:
    """Tells on stderr what a run is doing: a bar on a terminal, a line per stage elsewhere."""

    def __init__(self, bars: "Progress | None") -> None:
        """Draw with `bars`; without them print lines."""
        self._bars = bars
        self._task = bars.add_task("", total=None) if bars else None

    def stage(self, name: str, total: int | None = None) -> None:
        """A new stage begins."""
        if self._bars is None or self._task is None:
            count = "" if total is None else f" ({total})"
            sys.stderr.write(f"{name}{count} ...\n")
            sys.stderr.flush()
        else:
            self._bars.reset(self._task, description=name, total=total)

    def note(self, text: str) -> None:
        """Show a line that stays, such as a wait that begins. From any thread."""
        line = inert(redact_tokens(terminal(text)))
        if self._bars is None:
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()
        else:
            self._bars.console.print(line, markup=False, highlight=False, emoji=False)

    def step(self, ticket: str) -> None:  # noqa: ARG002 - a bar shows how many, not which
        """One step is done."""
        if self._bars is not None and self._task is not None:
            self._bars.advance(self._task)


@contextmanager
def showing_progress() -> Iterator[ShownProgress]:
    """Progress for as long as the context lasts; it leaves no trace on a terminal."""
    # Lines of a log and a bar would overwrite each other.
    if not can_animate(sys.stderr) or logging.getLogger("reconciler").isEnabledFor(logging.INFO):
        yield ShownProgress(None)
        return
    from rich.console import Console  # noqa: PLC0415 - see above
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
    )

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        yield ShownProgress(bars)
