"""Stretches of whole days and months in a time zone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_MONTH: Final = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
_YEAR: Final = 12


@dataclass(frozen=True)
class Period:
    """From the beginning of one day up to the beginning of another, which is not part of it."""

    first: date
    after: date
    """The day after the last one."""
    zone: ZoneInfo

    @property
    def since(self) -> datetime:
        """When it begins."""
        return datetime.combine(self.first, time.min, self.zone)

    @property
    def until(self) -> datetime:
        """When it is over."""
        return datetime.combine(self.after, time.min, self.zone)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.after - timedelta(days=1)

    @property
    def month(self) -> str | None:
        """The calendar month that it is, such as 2026-11; None when it is none."""
        begun = self.first.replace(day=1)
        return f"{begun:%Y-%m}" if (self.first, self.after) == (begun, shifted(begun, 1)) else None

    def __contains__(self, moment: datetime | None) -> bool:
        """Whether a moment lies in it; never without a moment."""
        return moment is not None and self.since <= moment < self.until

    def months(self) -> Iterator["Period"]:
        """It, cut where a month ends."""
        day = self.first
        while day < self.after:
            after = min(shifted(day.replace(day=1), 1), self.after)
            yield Period(day, after, self.zone)
            day = after


def shifted(day: date, months: int) -> date:
    """The first day of a month, so many months later."""
    year, month = divmod(day.year * _YEAR + day.month - 1 + months, _YEAR)
    return date(year, month + 1, 1)


def month_of(name: str, today: date, zone: ZoneInfo) -> Period:
    """The month of a name: 2026-11, `this` or `last`.

    Raises ValueError when it names none.
    """
    begun = today.replace(day=1)
    if name == "last":
        begun = shifted(begun, -1)
    elif name != "this":
        found = _MONTH.fullmatch(name)
        if found is None:
            raise ValueError(f"{name!r} is no month such as 2026-11, `this` or `last`")
        begun = date(int(found[1]), int(found[2]), 1)
    return Period(begun, shifted(begun, 1), zone)


def year_to(today: date, zone: ZoneInfo) -> Period:
    """The month of a day and the eleven before it, up to that day."""
    begun = shifted(today.replace(day=1), 1 - _YEAR)
    return Period(begun, today + timedelta(days=1), zone)
