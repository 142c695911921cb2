"""The sandbox's own idea of the time, so that days pass in a test that takes milliseconds."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass
class Clock:
    """Real time by default; frozen once set, and moved by hand from there."""

    frozen: datetime | None = None
    offset: float = 0.0

    def now(self) -> datetime:
        """The time, in UTC."""
        base = self.frozen or datetime.now(UTC)
        return base + timedelta(seconds=self.offset)

    def seconds(self) -> float:
        """The time as seconds since 1970."""
        return self.now().timestamp()

    def micros(self) -> int:
        """The time as microseconds since 1970, without floating point's rounding."""
        return (self.now() - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)

    def set(self, moment: datetime | None) -> None:
        """Freeze the clock at a moment, or let it follow real time again with None."""
        if moment is not None and moment.tzinfo is None:
            raise ValueError("the sandbox's clock needs a time with a time zone")
        self.frozen = moment.astimezone(UTC) if moment else None
        self.offset = 0.0

    def advance(self, seconds: float) -> None:
        """Move the clock, frozen or not."""
        self.offset += seconds


def jira_time(moment: datetime) -> str:
    """A moment as Jira writes it."""
    moment = moment.astimezone(UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}+0000"
