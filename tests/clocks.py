"""Time that passes only when something waits."""

from dataclasses import dataclass, field

from reconciler.services.retry import RetryPolicy
from reconciler.services.time_budget import TimeBudget, TimeSource


@dataclass
class Time:
    """A moment in seconds, and the pauses so far."""

    at: float = 1000.0
    pauses: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.pauses.append(seconds)
        self.at += seconds

    @property
    def clock(self) -> TimeSource:
        """For a time budget."""
        return TimeSource(lambda: self.at, self.sleep)


def at_once(attempts: int = 1, waiting: float = 300.0) -> RetryPolicy:
    """Retries that wait for nothing: a pause longer than `waiting` ends the call."""
    return RetryPolicy(
        attempts, TimeBudget(waiting=waiting, clock=TimeSource(sleep=lambda _: None))
    )
