"""Whether a change may still begin, by the lease and by a request to stop."""

import signal
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import FrameType

import pytest

from reconciler.reconcile.engine.permit import Permit
from reconciler.services.time_budget import TimeBudget

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def endings() -> Iterator[list[threading.Timer]]:
    """What will end a run later; no longer after the test."""
    before = set(threading.enumerate())
    found: list[threading.Timer] = []
    yield found
    for each in set(threading.enumerate()) - before:
        if isinstance(each, threading.Timer):
            each.cancel()
            each.join()


def waiting() -> list[TimeBudget]:
    """The budgets that will be stopped in a while."""
    return [
        each.function.__self__  # type: ignore[attr-defined]
        for each in threading.enumerate()
        if isinstance(each, threading.Timer)
    ]


def limited(ends_in: timedelta, margin: timedelta = timedelta(seconds=30)) -> Permit:
    permit = Permit()
    permit.limit(datetime.now(UTC) + ends_in, margin, TimeBudget())
    return permit


def test_without_a_lease_all_is_allowed():
    permit = Permit()
    assert (permit.refusal(), permit.is_lost, permit.is_stopped) == ("", False, False)


@pytest.mark.parametrize(
    ("ends_in", "may_begin", "lost"),
    [
        (MINUTE, True, False),
        (timedelta(seconds=35), True, False),
        (timedelta(seconds=25), False, False),
        (timedelta(0), False, True),
        (-MINUTE, False, True),
    ],
)
def test_nothing_begins_in_the_margin_before_the_end(
    ends_in: timedelta, may_begin: bool, lost: bool
):
    permit = limited(ends_in)
    assert permit.refusal() == ("" if may_begin else "the time of this run's lease is used up")
    assert permit.is_lost is lost


def test_after_a_request_to_stop_nothing_begins():
    permit = limited(MINUTE)
    permit.stop("the run was stopped by SIGTERM")
    permit.stop("the run was stopped by SIGINT")
    assert permit.refusal() == "the run was stopped by SIGTERM"
    assert permit.is_stopped
    assert not permit.is_lost, "it may still record what it did"


def test_what_has_begun_may_wait_for_a_while_and_not_longer():
    permit, budget = Permit(), TimeBudget()
    permit.limit(datetime.now(UTC) + MINUTE, timedelta(0), budget)
    permit.stop("stopped")
    assert budget.left() > 0
    (ending,) = (each for each in threading.enumerate() if isinstance(each, threading.Timer))
    assert ending.interval == 10
    assert ending.daemon, "the process does not wait for it"
    ending.function()
    assert budget.left() == 0


def test_a_lease_after_the_request_to_stop_ends_as_well():
    permit, budget = Permit(), TimeBudget()
    permit.stop("stopped")
    permit.limit(datetime.now(UTC) + MINUTE, timedelta(0), budget)
    assert permit.refusal() == "stopped"
    assert waiting() == [budget]


def test_a_signal_may_come_at_any_moment():
    """A handler runs between two steps of the thread that it interrupts, and that thread waits."""

    def hangs(*_: object) -> None:
        raise TimeoutError

    before = {each: signal.getsignal(each) for each in (signal.SIGUSR1, signal.SIGALRM)}
    tried = 0
    try:
        signal.signal(signal.SIGALRM, hangs)
        while _interrupted_at(tried):
            tried += 1
    finally:
        signal.alarm(0)
        for each, handler in before.items():
            signal.signal(each, handler)
    assert tried > 2


def _interrupted_at(nth: int) -> bool:
    """Stop a permit by a signal before the nth line of `limit`; False if there is no such line."""
    permit, budget, lines = Permit(), TimeBudget(), [0]

    def trace(frame: FrameType, event: str, _: object) -> object:
        if frame.f_code is not Permit.limit.__code__:
            return None
        if event == "line":
            lines[0] += 1
            if lines[0] == nth + 1:
                signal.raise_signal(signal.SIGUSR1)
        return trace

    signal.signal(signal.SIGUSR1, lambda *_: permit.stop("stopped"))
    signal.alarm(10)
    outer = sys.gettrace()
    sys.settrace(trace)  # type: ignore[arg-type]
    try:
        permit.limit(datetime.now(UTC) + MINUTE, timedelta(0), budget)
    finally:
        sys.settrace(outer)
        signal.alarm(0)
    if lines[0] <= nth:
        return False
    assert permit.refusal() == "stopped"
    assert budget in waiting()
    return True
