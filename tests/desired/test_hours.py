"""When a desk is there."""

from datetime import datetime

import pytest

from reconciler.model.reminders import Hours


@pytest.mark.parametrize(
    ("at", "there"),
    [
        ("2026-11-27T21:59", False),
        ("2026-11-27T22:00", True),  # a Friday
        ("2026-11-28T05:59", True),  # the night that began on Friday
        ("2026-11-28T06:00", False),
        ("2026-11-28T23:00", False),  # a Saturday
        ("2026-11-30T01:00", False),  # the night that began on Sunday
        ("2026-11-30T22:00", True),
        ("2026-12-01T03:00", True),
    ],
)
def test_a_night_shift_is_there_over_midnight(at: str, there: bool) -> None:
    assert Hours(start="22:00", end="06:00").include(datetime.fromisoformat(at)) is there


@pytest.mark.parametrize(("at", "there"), [("08:59", False), ("09:00", True), ("17:00", False)])
def test_a_day_shift_ends_at_its_end(at: str, there: bool) -> None:
    assert Hours().include(datetime.fromisoformat(f"2026-11-27T{at}")) is there


@pytest.mark.parametrize(("day", "there"), [("27", True), ("28", False)])
def test_around_the_clock(day: str, there: bool) -> None:
    hours = Hours(start="00:00", end="00:00")
    assert hours.include(datetime.fromisoformat(f"2026-11-{day}T12:00")) is there
