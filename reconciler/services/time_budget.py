"""How long a run may take, and how much of that may pass in waiting for one service."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from reconciler.services.call_log import log_wait
from reconciler.services.errors import ServiceError

RUN_SECONDS: Final = 900.0
WAITING_SECONDS: Final = 300.0
USUAL_ANSWER: Final = 5.0
"""Seconds that an answer may take before the rest of the time counts as waiting."""
DEADLINE: Final = "deadline"
"""The code of a ServiceError for a call that was not sent, because the time was over."""
LIMITED: Final = "too many requests"
"""Why a service asks for a pause."""
_SHOWN: Final = 1.0
_RESERVE: Final = 60.0
_NEXT_RUN: Final = "The next run makes this call."


def elapsed() -> float:
    """Seconds since some moment; where the system allows it, also while it is suspended."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


@dataclass(frozen=True)
class TimeSource:
    """How time passes. Tests use their own."""

    elapsed: Callable[[], float] = elapsed
    sleep: Callable[[float], object] | None = None
    """None for a sleep that `TimeBudget.stop` ends."""


def shown_seconds(seconds: float) -> str:
    """A length of time in words, with at most two units: 4 min 10 s."""
    whole = round(seconds)
    if 0 < seconds < 1:
        return f"{seconds:.1g} s"
    units = [(whole // 3600, "h"), (whole % 3600 // 60, "min"), (whole % 60, "s")]
    return " ".join([f"{number} {unit}" for number, unit in units if number][:2]) or "0 s"


def _pause_line(service: str, reason: str, seconds: float, left: float) -> str:
    length = shown_seconds(seconds)
    what = f"{service}: {reason}. Pause of {length}"
    if reason == LIMITED:
        what = f"{service} asks for a pause of {length} ({reason})"
    return f"{what}, {shown_seconds(left)} of the run left"


@dataclass
class WaitingTime:
    """The time that a run has waited for one service. Waits at the same time count once."""

    most: float
    spent: float = 0.0
    _until: float = field(default=float("-inf"), repr=False)

    @property
    def left(self) -> float:
        """Seconds that may still pass in waiting."""
        return max(0.0, self.most - self.spent)

    def cost(self, start: float, end: float) -> float:
        """How much longer the waiting is with a wait from `start` to `end`."""
        return max(0.0, end - max(start, self._until))

    def spend(self, start: float, end: float) -> None:
        """Count a wait."""
        self.spent += self.cost(start, end)
        self._until = max(self._until, end)


class TimeBudget:
    """The time of one run, used from any thread.

    Three moments end it. `end_changes_at` sets the one after which no call starts that cannot be
    repeated; at first it is a tenth of the run, at most a minute, before the end. At the end, no
    call starts. `stop` ends both at once.
    """

    def __init__(
        self,
        run: float = RUN_SECONDS,
        waiting: float = WAITING_SECONDS,
        clock: TimeSource | None = None,
        show: Callable[[str], None] | None = None,
    ) -> None:
        """Start now. `waiting` is for each service; `show` gets a line as a longer pause begins."""
        clock = clock or TimeSource()
        self.now = clock.elapsed
        self._stopped = threading.Event()
        self._sleep = clock.sleep or self._stopped.wait
        self._show = show
        self._lock = threading.Lock()
        self._run = run
        self._most_waiting = waiting
        self._waiting: dict[str, WaitingTime] = {}
        self._logged_until: dict[tuple[str, str], float] = {}
        self._began = self.now()
        self._end = self._began + run
        self._end_of_changes = self._end - min(_RESERVE, run / 10)

    def left(self, *, repeatable: bool = True) -> float:
        """Seconds in which calls may start: any call, or one that cannot be repeated."""
        end = self._end if repeatable else min(self._end, self._end_of_changes)
        return max(0.0, end - self.now())

    def used(self) -> float:
        """Seconds since it began."""
        return max(0.0, self.now() - self._began)

    def end_changes_at(self, moment: float) -> None:
        """Let no call that cannot be repeated start after `moment`, by `now`."""
        self._end_of_changes = moment

    def stop(self) -> None:
        """Let no call start, and end every pause."""
        self._end = self._end_of_changes = self.now()
        self._stopped.set()

    def timeout(self, service: str, longest: float) -> float:
        """Seconds that one call may take: at most `longest`, and what is left."""
        waiting = USUAL_ANSWER + self.waiting(service).left
        return max(0.001, min(longest, self.left(), waiting))

    def require_time(self, service: str, call: str, *, repeatable: bool) -> None:
        """Raise ServiceError, code `deadline`, if a call may not start any more."""
        if self.left(repeatable=repeatable) > 0:
            return
        why = (
            "the run was stopped"
            if self._stopped.is_set()
            else f"the time of this run is used ({shown_seconds(self._run)})"
            if self.left() <= 0
            else "this run ends soon, and the call cannot be repeated"
        )
        error = ServiceError(service, call, f"not sent: {why}", code=DEADLINE, remedy=_NEXT_RUN)
        error.passing = True
        raise error

    def waiting(self, service: str) -> WaitingTime:
        """The time that the run has waited for a service."""
        with self._lock:
            return self._waiting.setdefault(service, WaitingTime(self._most_waiting))

    def answered(self, service: str, start: float) -> None:
        """Count an answer that took longer than usual as waiting; the call began at `start`."""
        waiting = self.waiting(service)
        with self._lock:
            waiting.spend(start + USUAL_ANSWER, self.now())

    def pause(self, service: str, reason: str, seconds: float, *, repeatable: bool) -> bool:
        """Wait before a call; False, at once, if the wait is longer than what is left."""
        if seconds <= 0:
            return True
        waiting, left = self.waiting(service), self.left()
        with self._lock:
            start = self.now()
            cost = waiting.cost(start, start + seconds)
            if cost > waiting.left or seconds >= self.left(repeatable=repeatable):
                return False
            waiting.spend(start, start + seconds)
            is_new = self._is_new_wait((service, reason), start, start + seconds)
        line = _pause_line(service, reason, seconds, left)
        logged = is_new and log_wait(service, reason, seconds, line)
        if not logged and self._show is not None and cost > _SHOWN:
            self._show(line)
        self._sleep(seconds)
        return True

    def _is_new_wait(self, kind: tuple[str, str], start: float, end: float) -> bool:
        """True if no wait for the same service and reason covers this one already.

        Calls that run side by side wait side by side; one line shows all of them.
        """
        until = self._logged_until.get(kind, float("-inf"))
        self._logged_until[kind] = max(until, end)
        return start >= until or end > until + _SHOWN
