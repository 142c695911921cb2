"""Whether a run may still begin a change: its lease, and a request to stop.

The wall clock counts and no other: it goes on while a process is stopped or a computer sleeps.
"""

import threading
from datetime import UTC, datetime, timedelta
from typing import Final

_USED_UP: Final = "the time of this run's lease is used up"


class Permit:
    """Asked before each change, from any thread. Without a lease, all is allowed."""

    def __init__(self) -> None:
        """Allow everything."""
        self._lock = threading.Lock()
        self._until: datetime | None = None
        self._margin = timedelta()
        self._stopped = ""

    def limit(self, until: datetime, margin: timedelta) -> None:
        """Change nothing from `until` on, and begin nothing in the margin before it."""
        with self._lock:
            self._until, self._margin = until, margin

    def stop(self, reason: str) -> None:
        """Begin no further change; what has begun is finished."""
        with self._lock:
            self._stopped = self._stopped or reason

    @property
    def is_stopped(self) -> bool:
        """True if the run was asked to stop."""
        with self._lock:
            return bool(self._stopped)

    @property
    def is_lost(self) -> bool:
        """True if the lease has run out, so that another run may change the same."""
        with self._lock:
            return self._until is not None and datetime.now(UTC) >= self._until

    def refusal(self) -> str:
        """Why no further change may begin; empty if it may."""
        with self._lock:
            if self._stopped:
                return self._stopped
            ends = self._until is not None and datetime.now(UTC) >= self._until - self._margin
        return _USED_UP if ends else ""
