"""Values that are computed once, each under a lock of its own."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from reconciler.reconcile.inventory.cached_reads import Once

_SIDE_BY_SIDE = 8


def test_different_keys_are_computed_at_the_same_time():
    once: Once[int] = Once()
    meeting = threading.Barrier(_SIDE_BY_SIDE, timeout=10)

    def compute(number: int) -> int:
        meeting.wait()  # only passes when all are under way together
        return number

    with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
        found = pool.map(
            lambda number: once.get(str(number), lambda: compute(number)), range(_SIDE_BY_SIDE)
        )
        assert list(found) == list(range(_SIDE_BY_SIDE))


def test_one_key_is_computed_once_however_many_ask():
    once: Once[int] = Once()
    calls: list[int] = []

    def compute() -> int:
        calls.append(1)
        return len(calls)

    with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
        found = list(pool.map(lambda _: once.get("key", compute), range(100)))
    assert set(found) == {1}
    assert calls == [1]


def test_none_is_a_value_too():
    once: Once[None] = Once()
    assert once.get("key", lambda: None) is None
    once.get("key", lambda: pytest.fail("computed again"))


def test_a_failure_is_not_kept():
    once: Once[int] = Once()
    with pytest.raises(ZeroDivisionError):
        once.get("key", lambda: 1 // 0)
    assert once.get("key", lambda: 2) == 2


def test_what_is_forgotten_is_computed_again():
    once: Once[int] = Once()
    once.get("key", lambda: 1)
    once.forget()
    assert once.get("key", lambda: 2) == 2
