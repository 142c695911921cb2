"""Time that passes by waiting, in a process whose runs wait for nothing.

A sleep returns at once, and every clock is ahead by what was slept. So a run that would wait for a
day ends at once, finds that a day has passed, and can be asked how long it waited. The time of day
begins when the run is said to begin, and chance is the same for the same run: what a run leaves is
the same each time. This takes the place of functions of the standard library only.
"""

import hashlib
import itertools
import secrets
import sys
import threading
import time
from collections.abc import Callable


class Passing:
    """The clocks of this process, from now on."""

    def __init__(self) -> None:
        """Take their place, before anything keeps one of them as a default."""
        self.waited = 0.0
        self._lock = threading.Lock()
        self._yield = time.sleep
        time.sleep = self.sleep
        time.monotonic = self._ahead(time.monotonic)
        time.clock_gettime = self._ahead(time.clock_gettime)
        threading.Event = _event(self)  # type: ignore[misc]

    def begin(self, moment: float, run: str) -> None:
        """Begin a run at a moment, in Unix time."""
        numbers = itertools.count()
        time.time = lambda: moment + self.waited

        def token_hex(nbytes: int | None = None) -> str:
            text = f"{run} {next(numbers)}"
            return hashlib.sha512(text.encode()).hexdigest()[: 2 * (nbytes or 32)]

        secrets.token_hex = token_hex

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        with self._lock:
            self.waited += max(0.0, seconds)
        self._yield(0)

    def _ahead(self, clock: Callable[..., float]) -> Callable[..., float]:
        return lambda *which: clock(*which) + self.waited


def _event(passing: Passing) -> type[threading.Event]:
    class Event(threading.Event):
        """An event for which the package does not wait in vain. Libraries watch processes by it."""

        def __init__(self) -> None:
            super().__init__()
            maker = str(sys._getframe(1).f_globals.get("__name__"))  # noqa: SLF001
            self._passes = maker.startswith("reconciler.")

        def wait(self, timeout: float | None = None) -> bool:
            if timeout is None or not self._passes or self.is_set():
                return super().wait(timeout)
            passing.sleep(timeout)
            return self.is_set()

    return Event
