"""Whether a run may still begin a change: its lease, its time, and a request to stop."""

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Final

from reconciler.services.time_budget import TimeBudget

_USED_UP: Final = "the time of this run's lease is used up"
_GRACE: Final = 10.0
"""Seconds after a request to stop in which a change that has begun may still wait."""


class Permit:
    """Asked before each change, from any thread. Without a lease, all is allowed.

    A handler of signals may call `stop` while the same thread is in any other method, so nothing
    here waits for a lock. The clock of the lease is the computer's own, because other runs compare
    with theirs.
    """

    def __init__(self) -> None:
        """Allow everything."""
        self._until: datetime | None = None
        self._margin = timedelta()
        self._stopped = ""
        self._budgets: tuple[TimeBudget, ...] = ()

    def limit(self, until: datetime, margin: timedelta, budget: TimeBudget) -> None:
        """Change nothing from `until` on, and begin nothing in the margin before it.

        The calls spend `budget`, which ends before the margin begins and is asked by each call.
        """
        self._margin = margin
        self._until = until
        self._budgets = (*self._budgets, budget)
        if self._stopped:  # perhaps by a handler that did not see the budget
            _end_soon(budget)

    def stop(self, reason: str) -> None:
        """Begin no further change. What has begun is finished, unless it waits for long."""
        self._stopped = self._stopped or reason
        for each in self._budgets:
            _end_soon(each)

    @property
    def is_stopped(self) -> bool:
        """True if the run was asked to stop."""
        return bool(self._stopped)

    @property
    def is_lost(self) -> bool:
        """True if the lease has run out, so that another run may change the same."""
        return self._until is not None and datetime.fromtimestamp(time.time(), UTC) >= self._until

    def refusal(self) -> str:
        """Why no further change may begin; empty if it may."""
        if self._stopped:
            return self._stopped
        until = self._until
        ends = (
            until is not None and datetime.fromtimestamp(time.time(), UTC) >= until - self._margin
        )
        return _USED_UP if ends else ""


def _end_soon(budget: TimeBudget) -> None:
    """End every pause of a run in a while. Another thread does so, which may wait for a lock."""
    ending = threading.Timer(_GRACE, budget.stop)
    ending.daemon = True
    ending.start()
