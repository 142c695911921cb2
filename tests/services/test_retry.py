"""How often a call is sent again, how long it waits, and when it is given up."""

from collections.abc import Callable

import pytest
from clocks import Time

from reconciler.services.errors import Effect, ServiceError
from reconciler.services.retry import Retrier, RetryPolicy, TransientError
from reconciler.services.time_budget import TimeBudget, TimeSource


class Line:
    """A service that fails some times, and a gate before it."""

    def __init__(
        self, *failures: Callable[[], Exception], attempts: int = 3, waiting: float = 300.0
    ) -> None:
        self.failures = list(failures)
        self.sent = 0
        self.time = Time()
        self.waits = self.time.pauses
        self.budget = TimeBudget(waiting=waiting, clock=self.time.clock)
        self.gate = Retrier("Slack", RetryPolicy(attempts, self.budget))

    def send(self) -> str:
        self.sent += 1
        if self.failures:
            fail = self.failures.pop(0)
            failure = fail()
            raise failure
        return "answer"

    def call(self, *, repeatable: bool = True, name: str = "chat.update") -> str:
        return self.gate.call(name, self.send, repeatable=repeatable)


def error(answer: str = "HTTP 503") -> ServiceError:
    return ServiceError("Slack", "chat.update", answer, code="503", remedy="Wait.")


def busy() -> TransientError:
    """Answered, and perhaps carried out."""
    return TransientError(error(), rejected=False)


def silence() -> TransientError:
    return TransientError(error("no answer in time"), rejected=False, silent=True)


def limited(seconds: float | None) -> Callable[[], TransientError]:
    return lambda: TransientError(error("too many"), rejected=True, retry_after=seconds)


def test_a_good_answer_is_sent_once():
    line = Line()
    assert line.call() == "answer"
    assert (line.sent, line.waits) == (1, [])


def test_the_waits_double():
    line = Line(*[busy] * 7, attempts=8)
    assert line.call() == "answer"
    assert line.waits == [0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0]


def test_after_so_many_tries_the_error_is_the_last_ones_and_the_effect_unknown():
    line = Line(*[busy] * 9, attempts=3)
    with pytest.raises(ServiceError, match="HTTP 503") as caught:
        line.call()
    assert line.sent == 3
    assert caught.value.effect is Effect.UNKNOWN


def test_what_can_not_be_repeated_is_sent_once_and_unknown():
    line = Line(busy)
    with pytest.raises(ServiceError) as caught:
        line.call(repeatable=False)
    assert line.sent == 1
    assert caught.value.effect is Effect.UNKNOWN


def test_what_was_rejected_is_sent_again_whatever_it_is():
    line = Line(limited(1.5))
    assert line.call(repeatable=False) == "answer"
    assert (line.sent, line.waits) == (2, [1.5])


def test_a_refusal_for_too_many_requests_has_six_times_the_tries():
    line = Line(*[limited(0.1)] * 17, attempts=3)
    assert line.call() == "answer"
    assert line.sent == 18
    line = Line(*[limited(0.1)] * 18, attempts=3)
    with pytest.raises(ServiceError, match="too many") as caught:
        line.call()
    assert (line.sent, caught.value.effect) == (18, Effect.NONE)


@pytest.mark.parametrize("wish", [0.0, None])
def test_without_a_wish_the_pauses_grow(wish: float | None):
    line = Line(*[limited(wish)] * 7, attempts=3)
    assert line.call() == "answer"
    assert line.waits == [0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0]


def test_the_pauses_grow_from_call_to_call_until_one_is_accepted():
    line = Line(*[limited(0.0)] * 2, attempts=1, waiting=0.1)
    for _ in range(2):
        with pytest.raises(ServiceError):
            line.call()
        line.time.at += 10
    line.budget.waiting("Slack").most = 300.0
    line.failures = [limited(0.0)]
    assert line.call() == "answer"
    line.failures = [limited(0.0)]
    assert line.call() == "answer"
    assert line.waits == [2.0, 0.5]


def test_a_wish_as_long_as_the_service_may_be_waited_for_is_granted():
    line = Line(limited(10.0), waiting=10.0)
    assert line.call() == "answer"
    assert line.waits == [10.0]


@pytest.mark.parametrize("seconds", [10.1, 3600.0, 86_400.0])
@pytest.mark.parametrize("repeatable", [True, False])
def test_a_longer_wish_ends_the_call_at_once(seconds: float, repeatable: bool):
    line = Line(limited(seconds), waiting=10.0)
    with pytest.raises(ServiceError, match="too many; Slack asks for a pause of") as caught:
        line.call(repeatable=repeatable)
    assert (line.sent, line.waits) == (1, [])
    assert caught.value.effect is Effect.NONE


def test_after_a_wish_that_is_too_long_the_calls_of_that_limit_are_not_sent():
    line = Line(limited(86_400.0))
    for match in ("too many; ", "not sent, because "):
        with pytest.raises(ServiceError, match=f"{match}Slack asks for a pause of 24 h") as caught:
            line.call(repeatable=False)
        assert (caught.value.effect, caught.value.remedy != "") == (Effect.NONE, True)
    assert line.call(name="pins.add") == "answer"
    assert (line.sent, line.waits) == (2, [])
    line.time.at += 86_400
    assert line.budget.left() == 0


def test_pauses_of_one_service_add_up_to_its_budget_and_no_further():
    line = Line(*[limited(60.0)] * 100, attempts=1)
    for _ in range(10):
        with pytest.raises(ServiceError):
            line.call()
        with pytest.raises(ServiceError):
            line.call(name="pins.add")
    assert sum(line.waits) == 300
    assert line.sent <= 8


def test_others_wait_for_the_same_call_and_not_for_another():
    line = Line(limited(9.0), attempts=1)
    line.gate = Retrier("Slack", RetryPolicy(1, line.budget))
    assert line.call(name="chat.update") == "answer"
    line.waits.clear()
    assert line.call(name="pins.add") == "answer"
    assert line.waits == []
    line.failures = [limited(9.0)]
    line.budget.waiting("Slack").most = 0
    with pytest.raises(ServiceError):
        line.call(name="chat.update")
    line.budget.waiting("Slack").most = 300
    assert line.call(name="chat.update") == "answer"
    assert line.waits == [9.0]


def test_calls_with_one_limit_wait_together():
    line = Line(limited(9.0), waiting=1.0)
    with pytest.raises(ServiceError):
        line.gate.call("GET pulls", line.send, repeatable=True, limit="reads")
    with pytest.raises(ServiceError, match="not sent"):
        line.gate.call("GET pulls/7", line.send, repeatable=True, limit="reads")
    assert line.gate.call("POST pulls", line.send, repeatable=True, limit="writes") == "answer"


def test_an_error_that_does_not_pass_is_not_sent_again():
    line = Line(error)
    with pytest.raises(ServiceError):
        line.call()
    assert line.sent == 1


def test_after_a_silence_nothing_more_is_sent():
    line = Line(*[silence] * 3)
    with pytest.raises(ServiceError, match="no answer in time"):
        line.call()
    with pytest.raises(ServiceError, match="not sent, because Slack does not answer") as caught:
        line.call(name="pins.add")
    assert (line.sent, caught.value.remedy) == (3, "Wait.")


def test_a_service_that_answers_something_is_not_dead():
    line = Line(*[busy] * 3)
    with pytest.raises(ServiceError):
        line.call()
    assert line.call(name="pins.add") == "answer"


@pytest.mark.parametrize(
    ("after", "repeatable", "why"),
    [
        (900, True, "the time of this run is used"),
        (900, False, "the time of this run is used"),
        (850, False, "cannot be repeated"),
        (850, True, ""),
        (800, False, ""),
    ],
)
def test_no_call_starts_when_the_time_for_it_is_over(after: float, repeatable: bool, why: str):
    line = Line()
    line.time.at += after
    if not why:
        assert line.call(repeatable=repeatable) == "answer"
        return
    with pytest.raises(ServiceError, match=why) as caught:
        line.call(repeatable=repeatable)
    assert (line.sent, caught.value.code, caught.value.effect) == (0, "deadline", Effect.NONE)


def test_the_end_of_changes_can_come_while_a_call_waits():
    line = Line(limited(30.0))

    def sleep(seconds: float) -> None:
        line.time.sleep(seconds)
        line.budget.end_changes_at(line.budget.now())

    line.budget = TimeBudget(clock=TimeSource(lambda: line.time.at, sleep))
    line.gate = Retrier("Slack", RetryPolicy(budget=line.budget))
    with pytest.raises(ServiceError, match="cannot be repeated"):
        line.call(repeatable=False)
    assert line.sent == 1
