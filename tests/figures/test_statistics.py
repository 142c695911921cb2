"""Percentiles by nearest rank, held against their definition."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.history.figures.statistics import percentile, spread
from reconciler.model.report import Spread

SPANS = st.integers(0, 10**7).map(lambda seconds: timedelta(seconds=seconds))
SOME = st.lists(SPANS, min_size=1, max_size=60)
PERCENT = st.integers(1, 100)


def minutes(*values: int) -> list[timedelta]:
    return [timedelta(minutes=each) for each in values]


@given(SOME, PERCENT)
def test_it_is_the_smallest_that_so_many_do_not_exceed(values: list[timedelta], percent: int):
    found = percentile(sorted(values), percent)
    assert found in values
    assert sum(each <= found for each in values) * 100 >= percent * len(values)
    smaller = [each for each in values if each < found]
    assert all(
        sum(other <= each for other in values) * 100 < percent * len(values) for each in smaller
    )


@given(SOME, PERCENT, PERCENT)
def test_a_higher_percentage_is_never_less(values: list[timedelta], one: int, other: int):
    ordered = sorted(values)
    low, high = sorted((one, other))
    assert percentile(ordered, low) <= percentile(ordered, high)
    assert percentile(ordered, 100) == ordered[-1]


@pytest.mark.parametrize(
    ("values", "median", "high"),
    [
        (minutes(7), 7, 7),
        (minutes(1, 9), 1, 9),
        (minutes(1, 2, 3), 2, 3),
        (minutes(*range(1, 11)), 5, 9),
        (minutes(*range(1, 12)), 6, 10),
    ],
)
def test_by_hand(values: list[timedelta], median: int, high: int):
    assert spread(reversed(values)) == Spread(
        known=len(values), unknown=0, median_seconds=60 * median, p90_seconds=60 * high
    )


@given(st.lists(st.none() | SPANS, max_size=40), st.randoms())
def test_nothing_is_invented_and_nothing_lost(values: list[timedelta | None], chance):
    found = spread(values)
    known = [each for each in values if each is not None]
    assert (found.known, found.unknown) == (len(known), len(values) - len(known))
    assert (found.median_seconds is None) == (not known)
    assert found == spread(chance.sample(values, len(values)))
    assert found.model_copy(update={"unknown": 0}) == spread(known)


@pytest.mark.parametrize("percent", [0, -1, 101])
def test_no_percentage(percent: int):
    with pytest.raises(ValueError, match="percentage"):
        percentile(minutes(1), percent)


def test_of_nothing():
    with pytest.raises(ValueError, match="nothing"):
        percentile([], 50)
    assert spread([]) == Spread(known=0, unknown=0)
