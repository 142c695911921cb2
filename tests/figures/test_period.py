"""Days and months in a zone."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.history.figures.period import Period, month_of, shifted, year_to

NEW_YORK = ZoneInfo("America/New_York")
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
ZONES = st.sampled_from(["UTC", "America/New_York", "Asia/Kathmandu", "Pacific/Apia"]).map(ZoneInfo)
MOMENTS = st.integers(0, 11 * 365 * 24 * 60).map(
    lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(DAYS, st.integers(1, 900), ZONES)
def test_months_cut_a_period_without_gap_or_overlap(first: date, days: int, zone: ZoneInfo):
    whole = Period(first, first + timedelta(days=days), zone)
    parts = list(whole.months())
    assert (parts[0].first, parts[-1].after) == (whole.first, whole.after)
    assert all(one.after == other.first for one, other in pairwise(parts))
    assert all(each.first.month == each.last.month and each.first <= each.last for each in parts)


@given(DAYS, st.integers(1, 100), ZONES, MOMENTS)
def test_a_moment_is_in_a_period_by_its_local_day(
    first: date, days: int, zone: ZoneInfo, moment: datetime
):
    whole = Period(first, first + timedelta(days=days), zone)
    assert (moment in whole) == (whole.first <= moment.astimezone(zone).date() <= whole.last)
    assert sum(moment in each for each in whole.months()) == (moment in whole)


def test_no_moment_is_in_none():
    assert None not in year_to(date(2026, 11, 25), NEW_YORK)


def test_a_month_has_as_many_hours_as_its_clocks_had():
    """November gets an hour more in New York."""
    november = month_of("2026-11", date(2026, 1, 1), NEW_YORK)
    took = november.until.astimezone(UTC) - november.since.astimezone(UTC)
    assert took == timedelta(days=30, hours=1)


@pytest.mark.parametrize(
    ("name", "today", "month"),
    [
        ("2026-02", date(2026, 11, 25), "2026-02"),
        ("this", date(2026, 11, 25), "2026-11"),
        ("last", date(2026, 11, 30), "2026-10"),
        ("last", date(2026, 1, 1), "2025-12"),
    ],
)
def test_names_of_months(name: str, today: date, month: str):
    assert month_of(name, today, NEW_YORK).month == month


@pytest.mark.parametrize("name", ["", "2026-13", "2026-00", "26-11", "2026-11-01", "November"])
def test_no_month(name: str):
    with pytest.raises(ValueError, match="no month such as"):
        month_of(name, date(2026, 11, 25), NEW_YORK)


def test_a_year_is_twelve_months_of_which_the_last_goes_on():
    year = year_to(date(2026, 11, 25), NEW_YORK)
    assert (year.first, year.last) == (date(2025, 12, 1), date(2026, 11, 25))
    assert len(list(year.months())) == 12
    assert year.month is None


@given(DAYS, st.integers(-100, 100))
def test_months_are_shifted_there_and_back(day: date, months: int):
    begun = day.replace(day=1)
    assert shifted(shifted(begun, months), -months) == begun
