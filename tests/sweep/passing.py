"""Time that passes by waiting, in a process whose runs wait for nothing.

A sleep returns at once, and every clock is ahead by what was slept. So a run that would wait for a
day ends at once, finds that a day has passed, and can be asked how long it waited. What a run does
with its own time stays as it is: this takes the place of the standard library's clocks only.
"""

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
        for name in ("time", "monotonic", "clock_gettime"):
            setattr(time, name, self._ahead(getattr(time, name)))
        threading.Event = _event(self)  # type: ignore[misc]

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
