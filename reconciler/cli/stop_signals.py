"""SIGINT and SIGTERM: a run ends between two changes, and records what it did.

Before it may change anything, a run ends at once. A second signal ends it at once, too; the next
run then settles what it had published.
"""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
_STATUS: Final = 128
"""A shell reports a process that a signal ended by this and the signal's number."""


class StopRequested(KeyboardInterrupt):
    """The run was asked to stop before it changed anything."""


class StopSignals:
    """What a run was asked by signals."""

    def __init__(self) -> None:
        """Begin without any signal."""
        self.received: signal.Signals | None = None
        self._ask: Callable[[str], None] | None = None

    @property
    def status(self) -> int:
        """The exit status of the run that was stopped."""
        return _STATUS + (self.received or 0)

    def status_or(self, status: int) -> int:
        """The exit status of a run that ended with `status` and may have been stopped."""
        return self.status if self.received else status

    @property
    def reason(self) -> str:
        """Why the run ends."""
        return f"The run was stopped by {self.received.name}" if self.received else ""

    def defer_to(self, ask: Callable[[str], None]) -> None:
        """From now on, let a signal call `ask` with the reason, and end nothing itself."""
        self._ask = ask

    def handle(self, number: int, _: FrameType | None) -> None:
        """Handle a signal, in the main thread."""
        if self.received is not None:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
            return
        self.received = signal.Signals(number)
        if self._ask is None:
            raise StopRequested
        self._ask(f"{self.reason[0].lower()}{self.reason[1:]}")


@contextmanager
def stop_signals() -> Iterator[StopSignals]:
    """Handle the signals for as long as the context lasts."""
    found = StopSignals()
    if threading.current_thread() is not threading.main_thread():
        yield found
        return
    before = {each: signal.signal(each, found.handle) for each in SIGNALS}
    try:
        yield found
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
