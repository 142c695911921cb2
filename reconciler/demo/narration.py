"""How the story is told: a heading, a plain sentence, a command, and what it really printed."""

import re
import shlex
import sys
import textwrap
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from rich.console import Group, RenderableType
from rich.rule import Rule
from rich.text import Text

from reconciler.demo.child_process import run
from reconciler.demo.command_environment import WIDTH
from reconciler.demo.company import DemoFailedError, acting_as
from reconciler.redaction import redact_tokens
from reconciler.render.console import rendered
from reconciler.render.escape import terminal

_COLUMNS: Final = 80
_BEGINNING: Final = re.compile(r"\s*(\| )?")


class Narrator:
    """Tells the story on stdout."""

    def __init__(self, folder: Path, surroundings: Mapping[str, str]) -> None:
        """Run the commands in `folder`."""
        self._folder = folder
        self._surroundings = dict(surroundings)
        self._chapter = 0
        self.now: datetime | None = None

    def chapter(self, title: str, now: datetime) -> None:
        """Begin a chapter; `now` is the time in it."""
        self._chapter += 1
        self.now = now
        when = f"{now:%A} {now.day} {now:%B %Y, %H:%M}"
        heading = Rule(f" {self._chapter}. {title} ", style="cyan", align="left")
        self._print(Group(Text(), heading, Text(when, style="dim")))

    def say(self, text: str) -> None:
        """A paragraph."""
        self._print(Group(Text(), Text(" ".join(text.split()))))

    def show(self, text: str) -> None:
        """Text as it is, indented."""
        lines = [folded for line in text.strip("\n").split("\n") for folded in _folded(line)]
        self._print(Group(Text(), *(Text(f"  {line}".rstrip()) for line in lines)))

    def command(self, line: str) -> None:
        """A command line as one would type it."""
        self._print(Group(Text(), Text(f"$ {line}", style="bold green")))

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

    def quietly(self, *arguments: str) -> None:
        """Run one of the real commands without telling."""
        command = [sys.executable, "-m", "reconciler", *arguments]
        ended = run(command, self._folder, self._surroundings)
        if ended.status != 0:
            raise DemoFailedError(f"{shlex.join(arguments)} printed:\n{ended.out}{ended.err}")

    @staticmethod
    def _print(renderable: RenderableType) -> None:
        text = rendered(renderable, _COLUMNS, colour=sys.stdout.isatty())
        sys.stdout.write(redact_tokens(text))
        sys.stdout.flush()


def _folded(line: str) -> list[str]:
    """A line in the story's width; what does not fit goes on under its beginning."""
    safe = terminal(line)
    begin = _BEGINNING.match(safe)
    indent = begin[0] if begin else ""
    return textwrap.wrap(safe, WIDTH, subsequent_indent=indent, break_on_hyphens=False) or [""]


def expect(claim: str, fact: object) -> None:
    """Stop the story when something that it tells is not so."""
    if not fact:
        raise DemoFailedError(f"the demo expects that {claim}, but that is not so")
