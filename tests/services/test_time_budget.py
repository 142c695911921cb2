"""The time of a run: what is left, what may still start, and how waits are counted."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from clocks import Time

from reconciler.services.errors import Effect, ServiceError
from reconciler.services.time_budget import (
    DEADLINE,
    TimeBudget,
    WaitingTime,
    elapsed,
    shown_seconds,
)


def refusal(budget: TimeBudget, *, repeatable: bool) -> ServiceError | None:
    try:
        budget.require_time("Slack", "chat.postMessage", repeatable=repeatable)
    except ServiceError as error:
        return error
    return None


@pytest.mark.parametrize(
    ("run", "after", "any_call", "change"),
    [
        (900, 0, True, True),
        (900, 839, True, True),
        (900, 840, True, False),
        (900, 899, True, False),
        (900, 900, False, False),
        (60, 53, True, True),
        (60, 54, True, False),
    ],
)
def test_changes_end_before_the_run(run: float, after: float, any_call: bool, change: bool):
    time = Time()
    budget = TimeBudget(run, clock=time.clock)
    time.at += after
    assert (refusal(budget, repeatable=True) is None) == any_call
    assert (refusal(budget, repeatable=False) is None) == change
    assert budget.left() == run - after


def test_an_end_of_changes_can_be_set():
    time = Time()
    budget = TimeBudget(clock=time.clock)
    budget.end_changes_at(budget.now() + 30)
    assert budget.left(repeatable=False) == 30
    time.at += 30
    assert refusal(budget, repeatable=True) is None
    error = refusal(budget, repeatable=False)
    assert error is not None
    assert (error.code, error.effect) == (DEADLINE, Effect.NONE)
    assert str(error) == (
        "Slack chat.postMessage: not sent: this run ends soon, and the call cannot be repeated"
    )
    assert error.remedy == "The next run makes this call."


def test_a_later_end_of_changes_is_not_later_than_the_run():
    time = Time()
    budget = TimeBudget(60, clock=time.clock)
    budget.end_changes_at(budget.now() + 1000)
    assert budget.left(repeatable=False) == 60


def test_a_stop_ends_a_pause():
    budget = TimeBudget()
    with ThreadPoolExecutor(1) as pool:
        waits = pool.submit(budget.pause, "Slack", "too many requests", 200.0, repeatable=True)
        budget.stop()
        assert waits.result(timeout=5)
    error = refusal(budget, repeatable=True)
    assert error is not None
    assert error.answer == "not sent: the run was stopped"


@pytest.mark.parametrize(
    ("waits", "spent"),
    [
        ([(0, 10)], 10),
        ([(0, 10), (0, 10), (2, 9)], 10),
        ([(0, 10), (5, 12)], 12),
        ([(0, 10), (20, 25)], 15),
        ([(3, 1)], 0),
    ],
)
def test_waits_at_the_same_time_count_once(waits: list[tuple[float, float]], spent: float):
    waiting = WaitingTime(300)
    for start, end in waits:
        waiting.spend(start, end)
    assert waiting.spent == spent
    assert waiting.left == 300 - spent


def test_each_service_has_its_own_waiting_time():
    time = Time()
    budget = TimeBudget(900, 100, clock=time.clock)
    assert budget.pause("Slack", "too many requests", 100, repeatable=True)
    assert not budget.pause("Slack", "too many requests", 1, repeatable=True)
    assert budget.pause("Jira", "too many requests", 60, repeatable=True)
    assert time.pauses == [100, 60]


def test_no_pause_goes_past_the_end():
    time = Time()
    budget = TimeBudget(100, 300, clock=time.clock)
    assert not budget.pause("Slack", "too many requests", 100, repeatable=True)
    assert not budget.pause("Slack", "too many requests", 95, repeatable=False)
    assert budget.pause("Slack", "too many requests", 95, repeatable=True)
    assert time.pauses == [95]


def test_a_slow_answer_counts_as_waiting_beyond_the_usual_time():
    time = Time()
    budget = TimeBudget(900, 20, clock=time.clock)
    assert budget.timeout("Slack", 30) == 25
    start = budget.now()
    time.at += 4
    budget.answered("Slack", start)
    assert budget.waiting("Slack").left == 20
    time.at += 13
    budget.answered("Slack", start)
    assert budget.waiting("Slack").left == 8
    assert budget.timeout("Slack", 30) == 13
    assert budget.timeout("Slack", 3) == 3
    assert budget.timeout("Jira", 30) == 25
    time.at += 880
    assert budget.timeout("Jira", 30) == 3


def test_a_pause_of_more_than_a_second_is_shown_once():
    shown: list[str] = []
    time = Time()
    budget = TimeBudget(900, clock=time.clock, show=shown.append)
    for seconds in (0, 0.5, 1, 30):
        budget.pause("Slack", "too many requests", seconds, repeatable=True)
    budget.pause("Jira", "HTTP 503", 2, repeatable=True)
    assert shown == [
        "Slack asks for a pause of 30 s (too many requests), 14 min 58 s of the run left",
        "Jira: HTTP 503. Pause of 2 s, 14 min 28 s of the run left",
    ]
    time.at -= 32  # another thread, which waits for the same
    budget.pause("Slack", "too many requests", 30, repeatable=True)
    assert len(shown) == 2


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (0.5, "0.5 s"),
        (2.5, "2 s"),
        (30, "30 s"),
        (60, "1 min"),
        (250, "4 min 10 s"),
        (3600, "1 h"),
        (3725, "1 h 2 min"),
        (86_400, "24 h"),
    ],
)
def test_lengths_in_words(seconds: float, words: str):
    assert shown_seconds(seconds) == words


def test_time_passes():
    assert elapsed() <= elapsed()
