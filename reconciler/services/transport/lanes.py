"""How many calls one service gets at the same time, and so how many connections it needs."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

_PATIENCE: Final = 0.2
"""Seconds that a call waits for a connection in use before it opens another.

A new connection costs about as much: a name look-up and three round trips.
"""


@dataclass
class Lanes:
    """The calls to one service that are under way. The number of lanes only grows."""

    reading: int
    """The most lanes while all that waits are reads."""
    changing: int
    """The most lanes for calls that change something."""
    _open: int = 1
    _busy: int = 0
    _freed: threading.Condition = field(default_factory=threading.Condition)

    @contextmanager
    def one(self, *, reads: bool) -> Iterator[None]:
        """Wait for a lane and hold it."""
        with self._freed:
            self._wait(self.reading if reads else self.changing)
            self._busy += 1
        try:
            yield
        finally:
            with self._freed:
                self._busy -= 1
                self._freed.notify()

    def _wait(self, most: int) -> None:
        until = time.monotonic() + _PATIENCE
        while self._busy >= self._open:
            left = until - time.monotonic()
            if left <= 0 and self._open < most:
                self._open += 1
            else:
                self._freed.wait(left if left > 0 else None)
