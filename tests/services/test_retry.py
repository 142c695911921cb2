"""How often a call is sent again, how long it waits, and when it is given up."""

from collections.abc import Callable

import pytest

from reconciler.services.errors import Effect, ServiceError
from reconciler.services.retry import Retrier, RetryPolicy, TransientError


class Line:
    """A service that fails some times, a record of the waits, and a gate before it."""

    def __init__(self, *failures: Callable[[], Exception], attempts: int = 3) -> None:
        self.failures = list(failures)
        self.sent = 0
        self.waits: list[float] = []
        policy = RetryPolicy(attempts=attempts, longest_pause=10.0, sleep=self.waits.append)
        self.gate = Retrier(policy)

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


def limited(seconds: float) -> Callable[[], TransientError]:
    return lambda: TransientError(error("too many"), rejected=True, retry_after=seconds)


def test_a_good_answer_is_sent_once():
    line = Line()
    assert line.call() == "answer"
    assert (line.sent, line.waits) == (1, [])


def test_the_waits_double():
    line = Line(*[busy] * 7, attempts=8)
    assert line.call() == "answer"
    assert line.waits == [0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0]


def test_after_so_many_tries_the_error_is_the_last_ones():
    line = Line(*[busy] * 9, attempts=3)
    with pytest.raises(ServiceError, match="HTTP 503") as caught:
        line.call()
    assert line.sent == 3
    assert caught.value.effect is Effect.NONE


def test_what_can_not_be_repeated_is_sent_once_and_unknown():
    line = Line(busy)
    with pytest.raises(ServiceError) as caught:
        line.call(repeatable=False)
    assert line.sent == 1
    assert caught.value.effect is Effect.UNKNOWN


def test_what_was_rejected_is_sent_again_whatever_it_is():
    line = Line(limited(1.5))
    assert line.call(repeatable=False) == "answer"
    assert line.sent == 2
    assert line.waits == [pytest.approx(1.5, abs=0.2)]


def test_a_refusal_for_too_many_requests_has_six_times_the_tries():
    line = Line(*[limited(0.0)] * 17, attempts=3)
    assert line.call() == "answer"
    assert line.sent == 18
    line = Line(*[limited(0.0)] * 18, attempts=3)
    with pytest.raises(ServiceError, match="too many"):
        line.call()
    assert line.sent == 18


def test_a_wish_as_long_as_the_longest_pause_is_granted():
    line = Line(limited(10.0))
    assert line.call() == "answer"
    assert line.waits == [pytest.approx(10.0, abs=0.2)]


@pytest.mark.parametrize("seconds", [10.1, 3600.0])
@pytest.mark.parametrize("repeatable", [True, False])
def test_a_longer_wish_ends_the_call_at_once(seconds: float, repeatable: bool):
    line = Line(limited(seconds))
    with pytest.raises(ServiceError, match="too many") as caught:
        line.call(repeatable=repeatable)
    assert (line.sent, line.waits) == (1, [])
    assert caught.value.effect is Effect.NONE


def test_others_wait_for_the_same_call_and_not_for_another():
    line = Line(limited(9.0), limited(9.0))
    line.gate = Retrier(RetryPolicy(attempts=1, longest_pause=10.0, sleep=line.waits.append))
    line.failures = [limited(9.0)]
    assert line.call(name="chat.update") == "answer"
    line.waits.clear()
    assert line.call(name="pins.add") == "answer"
    assert line.waits == []
    assert line.call(name="chat.update") == "answer"
    assert line.waits == [pytest.approx(9.0, abs=0.2)]


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
