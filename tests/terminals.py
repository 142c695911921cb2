"""A command in a real terminal of 80 columns, answered as a person would."""

import os
import pty
import re
import select
import struct
import termios
import time
from collections.abc import Mapping
from fcntl import ioctl
from itertools import groupby
from pathlib import Path

import forked
import pyte
from commands import surroundings
from goldens import updating
from pyte.screens import Char
from rich.text import Text

_COLUMNS = 80
_LINES = 200
_PATIENCE = 30.0
_QUIET = 0.4
"""Seconds without output after which a prompt waits for its answer."""
_LONG_REST = 6
"""How many times as long nothing comes until a question with other words counts as asked."""


class Terminal:
    """One command, its screen, and the keys that are pressed."""

    def __init__(self, folder: Path, env: Mapping[str, str], *arguments: str) -> None:
        self._arguments = list(arguments)
        self._last_lines: list[str] = []
        self.moved = False
        """True if the command wrote an escape sequence."""
        self._screen = pyte.Screen(_COLUMNS, _LINES)
        self._stream = pyte.ByteStream(self._screen)
        self._master, terminal = pty.openpty()
        ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", _LINES, _COLUMNS, 0, 0))
        self._child = forked.start(
            arguments,
            cwd=folder,
            env={**surroundings(env), "TERM": env.get("TERM", "xterm"), "COLUMNS": str(_COLUMNS)},
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            terminal=True,
        )
        os.close(terminal)

    def wait_for(self, words: str) -> str:
        """The screen once it shows some words and has come to rest.

        While goldens are written, any words will do after a longer rest: they may be what changed.
        """
        until = time.monotonic() + _PATIENCE
        rests = 0
        while time.monotonic() < until:
            more = self._read(_QUIET)
            rests = 0 if more else rests + 1
            if more is not True and words in self.screen:
                return self.screen
            if more is None:
                break
            if rests == _LONG_REST and updating():
                return self.screen
        raise AssertionError(f"{words!r} did not come up:\n{self.screen}")

    def answer(self, question: str, keys: str) -> None:
        """Wait for a question and type; `keys` are sent as they are, and Return after them."""
        self._last_lines.append(self.wait_for(question).rpartition("\n")[2].strip())
        self.press(keys)
        self._read(_QUIET)
        self.press("\r")

    def press(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def end(self) -> int:
        """The status once the command is over."""
        until = time.monotonic() + _PATIENCE
        while self._read(_QUIET) is not None and time.monotonic() < until:
            pass
        status = self._child.wait(_PATIENCE)
        os.close(self._master)
        for watch in forked.WATCHERS:
            watch(self._arguments, status, self.screen, "\n".join(self.gone))
        return status

    def kill(self) -> None:
        """End the command at once, as a crash of the machine would."""
        self._child.kill()
        self._child.wait(_PATIENCE)
        os.close(self._master)

    @property
    def gone(self) -> list[str]:
        """What stood last on the screen at some question, and does not stand there any more."""
        return [line for line in self._last_lines if line not in self.screen]

    @property
    def screen(self) -> str:
        """What is on the screen, without blanks at its end."""
        return "\n".join(line.rstrip() for line in self._screen.display).rstrip()

    def lines(self) -> list[Text]:
        """What is on the screen, with its colours."""
        rows = [self._screen.buffer[number] for number in range(len(self.screen.splitlines()))]
        return [_coloured([row[column] for column in range(_COLUMNS)]) for row in rows]

    def _read(self, patience: float) -> bool | None:
        """Whether something came; None when the command is over."""
        ready, _, _ = select.select([self._master], [], [], patience)
        if not ready:
            return False
        try:
            data = os.read(self._master, 65_536)
        except OSError:
            return None
        self._stream.feed(data)
        self.moved = self.moved or b"\x1b" in data
        if b"\x1b[6n" in data:  # where is the cursor?
            self.press(f"\x1b[{self._screen.cursor.y + 1};{self._screen.cursor.x + 1}R")
        return True if data else None


def _coloured(cells: list[Char]) -> Text:
    """One line of a screen."""
    line = Text()
    for style, some in groupby(cells, _style):
        line.append("".join(each.data for each in some), style)
    line.rstrip()
    return line


def _style(cell: Char) -> str:
    """As `rich` names it. pyte calls yellow brown, and gives other colours as six digits."""
    colour = {"default": "", "brown": "yellow"}.get(cell.fg, cell.fg)
    colour = f"#{colour}" if re.fullmatch(r"[0-9a-f]{6}", colour) else colour
    return f"{'bold ' if cell.bold else ''}{colour}".strip()
