"""Where text goes: width, colour, and a last look for tokens before anything is shown."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Final, TextIO

from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from reconciler.redaction import redact_tokens
from reconciler.render.escape import inert, terminal

_WIDTH_WITHOUT_TERMINAL: Final = 120


def emit(renderable: RenderableType, stream: TextIO | None = None) -> None:
    """Print to a terminal in its width and colours, elsewhere in plain text 120 columns wide."""
    stream = stream or sys.stdout
    terminal = stream.isatty()
    asked = os.environ.get("COLUMNS", "")
    width = int(asked) if asked.isdecimal() and int(asked) else 0
    if not width:
        width = Console(file=stream).width if terminal else _WIDTH_WITHOUT_TERMINAL
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    stream.write(inert(redact_tokens(rendered(renderable, width, colour=terminal and not plain))))
    stream.flush()


def rendered(renderable: RenderableType, width: int, *, colour: bool = False) -> str:
    """The text of something that `rich` can print, without blanks at the ends of lines."""
    buffer = StringIO()
    console = Console(
        file=buffer,
        width=width,
        force_terminal=colour,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    console.print(renderable)
    return "\n".join(line.rstrip() for line in buffer.getvalue().split("\n"))


class ShownProgress:
    """Tells on stderr what a run is doing: a bar on a terminal, a line per stage elsewhere."""

    def __init__(self, bars: Progress | None) -> None:
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
    if not sys.stderr.isatty() or logging.getLogger("reconciler").isEnabledFor(logging.INFO):
        yield ShownProgress(None)
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        yield ShownProgress(bars)
