"""Which time counts for a commit."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from reconciler.history.commit_times import SKEW, effective_times

NOW = 1_800_000_000
YEAR = 365 * 24 * 3600
honest_lines = st.lists(st.integers(NOW - 10 * YEAR, NOW), min_size=1, max_size=30).map(sorted)


def effective(*times: int, now: int = NOW) -> list[int]:
    found = effective_times(times, datetime.fromtimestamp(now, UTC))
    return [int(at.timestamp()) for at in found]


def test_honest_times_stay():
    assert effective(100, 200, 200, 300) == [100, 200, 200, 300]


def test_one_from_years_back_counts_with_its_follower():
    assert effective(NOW - 300, NOW - 5 * YEAR, NOW - 100) == [NOW - 300, NOW - 100, NOW - 100]


def test_several_in_a_row_count_with_the_next_honest_one():
    forged = (NOW - YEAR, NOW + YEAR, 0, NOW + 1, -5, 2**62)
    assert effective(NOW - 300, *forged, NOW - 100) == [NOW - 300] + [NOW - 100] * 7


def test_the_latest_counts_now_when_its_time_is_forged():
    assert effective(NOW - 300, NOW - YEAR) == [NOW - 300, NOW]
    assert effective(NOW - 300, NOW + YEAR) == [NOW - 300, NOW]
    assert effective(NOW + YEAR) == [NOW]


def test_a_forged_latest_counts_later_at_each_run_until_an_honest_one_follows():
    back = (NOW - 300, NOW - YEAR)
    for later in (0, 60, 3600):
        assert effective(*back, now=NOW + later) == [NOW - 300, NOW + later]
        assert effective(*back, NOW, now=NOW + later) == [NOW - 300, NOW, NOW]


def test_one_dated_ahead_counts_at_its_date_once_that_has_come():
    ahead = (NOW - 300, NOW + 600)
    assert effective(*ahead, now=NOW + 60) == [NOW - 300, NOW + 60]
    assert effective(*ahead, now=NOW + 3600) == [NOW - 300, NOW + 600]
    # An honest one that follows fixes its time for as long only.
    assert effective(*ahead, NOW + 30, now=NOW + 60) == [NOW - 300, NOW + 30, NOW + 30]
    assert effective(*ahead, NOW + 30, now=NOW + 3600) == [NOW - 300, NOW + 600, NOW + 600]


def test_clocks_may_disagree_a_little_but_time_does_not_run_backwards():
    assert effective(NOW - 900, NOW - 900 - SKEW, NOW) == [NOW - 900, NOW - 900, NOW]
    assert effective(NOW - 900, NOW - 901 - SKEW, NOW) == [NOW - 900, NOW, NOW]


def test_small_steps_back_do_not_add_up():
    steps = [NOW - 9000 - step * SKEW for step in range(5)]
    assert effective(*steps, NOW) == [NOW - 9000, NOW - 9000, NOW, NOW, NOW, NOW]


def test_nothing_is_no_diagnostic():
    assert effective() == []


@given(st.lists(st.integers(-(2**40), 2**63)), st.integers(0, 4 * 10**9))
def test_times_never_decrease_and_are_never_after_now(times: list[int], now: int):
    found = effective(*times, now=now)
    assert len(found) == len(times)
    assert found == sorted(found)
    assert all(at <= now for at in found)


@given(honest_lines, st.data())
def test_forged_times_only_move_themselves_and_only_later(line: list[int], data: st.DataObject):
    """Whatever is put in between, honest commits keep their times, and it is not counted early."""
    marked = [(time, True) for time in line]
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, len(marked)))
        before = [time for time, is_honest in marked[:place] if is_honest]
        back = st.integers(-(2**40), (before[-1] if before else 0) - SKEW - 1)
        ahead = st.integers(NOW + 1, 2**63)
        marked.insert(
            place, (data.draw(back if before and data.draw(st.booleans()) else ahead), False)
        )
    found = effective(*(time for time, _ in marked))
    assert [at for at, (_, is_honest) in zip(found, marked, strict=True) if is_honest] == line
    following = NOW
    for at, (time, is_honest) in reversed(list(zip(found, marked, strict=True))):
        following = time if is_honest else following
        assert at == following


def test_a_moment_is_cut_to_its_second():
    now = datetime(2026, 11, 20, 12, 0, 0, 999_999, tzinfo=UTC)
    assert effective_times([2**62], now) == [now - timedelta(microseconds=999_999)]
