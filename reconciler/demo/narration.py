"""How the story is told: a heading, a plain sentence, a command, and what it really printed."""

import re
import shlex
import shutil
import sys
import textwrap
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from rich.console import Group, RenderableType
from rich.rule import Rule
from rich.text import Text

from reconciler.demo.chapters import ShownChapters
from reconciler.demo.child_process import run
from reconciler.demo.company import DemoFailedError, acting_as
from reconciler.render.console import has_colour, rendered, write
from reconciler.render.escape import terminal

_NARROW, _USUAL, _WIDE = 60, 80, 120
_INDENT: Final = 4
"""Columns that the output of commands is narrower than the story: two on each side."""
_BEGINNING: Final = re.compile(r"\s*(\| )?")


class Narrator:
    """Tells the story on stdout."""

    def __init__(
        self, folder: Path, surroundings: Mapping[str, str], reading: ShownChapters | None = None
    ) -> None:
        """Run the commands in `folder`, and show the chapters of `reading`."""
        self.columns = min(max(shutil.get_terminal_size((_USUAL, 24)).columns, _NARROW), _WIDE)
        self._folder = folder
        self._surroundings = {**surroundings, "COLUMNS": str(self.columns - _INDENT)}
        self._reading = reading or ShownChapters()
        self._after_command = False
        self.now: datetime | None = None

    def skips(self, title: str) -> bool:
        """Whether the next chapter, which has this title, need not be played."""
        return self._reading.skips(title)

    def chapter(self, title: str, now: datetime) -> None:
        """Begin a chapter; `now` is the time in it."""
        self._reading.begin(title)
        self.now = now
        when = f"{now:%A} {now.day} {now:%B}, {now:%H:%M}"
        heading = f" {self._reading.number}. {title} · {when} "
        self._print(Group(Text(), Rule(heading, style="cyan", align="left")))

    def say(self, text: str) -> None:
        """A paragraph."""
        self._print(Group(Text(), Text(" ".join(text.split()))))

    def show(self, text: str) -> None:
        """Text as it is, indented; directly below a command."""
        width = self.columns - _INDENT
        lines = [each for line in text.strip("\n").split("\n") for each in _folded(line, width)]
        space = () if self._after_command else (Text(),)
        self._print(Group(*space, *(Text(f"  {line}".rstrip()) for line in lines)))

    def command(self, line: str) -> None:
        """A command line as one would type it."""
        self._print(Group(Text(), Text(f"$ {line}", style="bold green")))
        self._after_command = True

    def escalate(self, *arguments: str, status: int = 0, who: str = "") -> str:
        """Show and run one of the real commands; the answer is all that it printed.

        The story breaks when it ends with another status than the one expected. `who` runs it with
        their own token; without one, a workflow does.

        It gets the story's time with `--now` unless that is among the arguments already.
        """
        self.command(shlex.join(["escalate", *arguments]))
        hidden: list[str] = []
        if self.now is not None and "--now" not in arguments:
            hidden = ["--now", self.now.isoformat()]
        command = [sys.executable, "-m", "reconciler", *arguments, *hidden]
        own = acting_as(who) if who else {}
        ended = run(command, self._folder, {**self._surroundings, **own})
        if ended.status != status:
            raise DemoFailedError(
                f"`{shlex.join(['escalate', *arguments])}` ended with status {ended.status} "
                f"and printed:\n{ended.out}{ended.err}"
            )
        return ended.out

    def unseen(self, *arguments: str, who: str) -> None:
        """Run a person's command at the story's time, and show nothing of it."""
        now = ("--now", self.now.isoformat()) if self.now else ()
        self.quietly(*arguments, *now, who=who)

    def quietly(self, *arguments: str, who: str = "") -> None:
        """Run one of the real commands without telling."""
        command = [sys.executable, "-m", "reconciler", *arguments]
        own = acting_as(who) if who else {}
        ended = run(command, self._folder, {**self._surroundings, **own})
        if ended.status != 0:
            raise DemoFailedError(f"{shlex.join(arguments)} printed:\n{ended.out}{ended.err}")

    def _print(self, renderable: RenderableType) -> None:
        self._after_command = False
        if not self._reading.shown:
            return
        write(rendered(renderable, self.columns, colour=has_colour()))


def _folded(line: str, width: int) -> list[str]:
    """A line in this width; what does not fit goes on under its beginning."""
    safe = terminal(line)
    begin = _BEGINNING.match(safe)
    indent = begin[0] if begin else ""
    return textwrap.wrap(safe, width, subsequent_indent=indent, break_on_hyphens=False) or [""]


def expect(claim: str, fact: object) -> None:
    """Stop the story when something that it tells is not so."""
    if not fact:
        raise DemoFailedError(f"the demo expects that {claim}, but that is not so")
