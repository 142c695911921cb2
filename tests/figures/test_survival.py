"""The Kaplan-Meier estimate against values from a textbook and against counting."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.history.figures.survival import FEWEST, TimeTaken, curve

HOURS = st.integers(1, 50)


def taken(hours: float, happened: bool = True) -> TimeTaken:
    return TimeTaken(timedelta(hours=hours), happened)


def test_the_remission_times_of_freireich() -> None:
    """Group 6-MP of Freireich et al. 1963, as in Cox and Oakes, Analysis of Survival Data: 21
    patients, 9 relapses."""
    relapses = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    open_ = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    both = [*map(taken, relapses), *(taken(each, False) for each in open_)]
    assert curve(both).too_few, "nine are fewer than a curve needs"
    # The tenth relapse comes after all others, and changes nothing before.
    found = curve([*both, taken(99)])
    assert found.events == 10
    left = {step.after / timedelta(hours=1): 1 - step.share for step in found.steps}
    expected = {6: 19 / 22, 7: 19 / 22 * 17 / 18, 10: 19 / 22 * 17 / 18 * 15 / 16}
    for after, share in expected.items():
        assert left[after] == pytest.approx(share)
    at_six = found.steps[0]
    # exp(-exp(log(-log S) ± 1.96 sqrt(V) / log S)), with Greenwood's V = 3 / (22 * 19).
    assert 1 - at_six.high == pytest.approx(0.6344, abs=1e-3)
    assert 1 - at_six.low == pytest.approx(0.9538, abs=1e-3)


@given(st.lists(HOURS, min_size=FEWEST, max_size=40))
def test_without_open_ones_it_is_the_share_that_is_done(hours: list[int]) -> None:
    found = curve(map(taken, hours))
    for step in found.steps:
        done = sum(timedelta(hours=each) <= step.after for each in hours)
        assert step.share == pytest.approx(done / len(hours))
        assert -1e-9 <= step.low <= step.share + 1e-9
        assert step.share <= step.high + 1e-9 <= 1 + 1e-6
    assert found.median == timedelta(hours=sorted(hours)[(len(hours) - 1) // 2])


@given(st.lists(st.tuples(HOURS, st.booleans()), max_size=40))
def test_it_rises_and_open_ones_never_lower_what_is_open(spans: list[tuple[int, bool]]) -> None:
    found = curve(taken(*each) for each in spans)
    assert found.events + found.pending == len(spans)
    assert found.too_few == (not found.steps)
    shares = [step.share for step in found.steps]
    assert shares == sorted(shares)
    if found.steps:
        first, last = found.median_interval
        assert found.median is None or first is None or first <= found.median
        assert last is None or found.median is None or found.median <= last


def test_too_few() -> None:
    found = curve([taken(1)] * (FEWEST - 1) + [taken(2, False)] * 50)
    assert (found.too_few, found.steps, found.median) == (True, (), None)
