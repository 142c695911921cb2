"""One retry policy for both services. The libraries' own are off: both resend POSTs."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar, cast

from tenacity import RetryCallState, Retrying, retry_if_exception_type

from reconciler.services.errors import Effect, ServiceError

T = TypeVar("T")

_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 8.0
_LIMITED_MORE: Final = 6
"""How much oftener a call is tried that was refused because others were faster."""


class TransientError(Exception):
    """A failure that may pass.

    `rejected` means that the service did not act on the request, so that it may be sent again
    whatever it was. `retry_after` is the service's own wish, in seconds. `silent` means that
    nothing at all was answered.
    """

    def __init__(
        self,
        error: ServiceError,
        *,
        rejected: bool,
        retry_after: float | None = None,
        silent: bool = False,
    ) -> None:
        """Wrap `error`, which is raised when there are no tries left."""
        super().__init__(str(error))
        self.error = error
        self.rejected = rejected
        self.retry_after = retry_after
        self.silent = silent


@dataclass(frozen=True)
class RetryPolicy:
    """How long to be patient, in tries and seconds."""

    attempts: int = 5
    longest_pause: float = 120.0
    sleep: Callable[[float], None] = time.sleep


class Retrier:
    """Lets all threads wait together when a service says that a call comes too often.

    And lets them all stop when it says nothing any more: a run that waits for a dead service with
    each of its calls would go on for hours.
    """

    def __init__(self, policy: RetryPolicy) -> None:
        """Start with every call free to go."""
        self._policy = policy
        self._lock = threading.Lock()
        self._not_before: dict[str, float] = defaultdict(float)
        self._answered = 0.0
        self._dead: ServiceError | None = None

    def call(self, name: str, send: Callable[[], T], *, repeatable: bool) -> T:
        """Send, and send again as far as that is safe.

        Raises ServiceError; its effect is UNKNOWN when the call may have been carried out.
        """
        retrying = Retrying(
            retry=retry_if_exception_type(TransientError),
            stop=self._is_enough,
            wait=self._pause,
            sleep=lambda seconds: None if seconds <= 0 else self._policy.sleep(seconds),
            reraise=True,
        )
        self._refuse_if_dead(name)
        began = time.monotonic()
        try:
            return cast("T", retrying(self._attempt, name, send, repeatable))
        except TransientError as failure:
            if failure.silent and self._answered < began:
                self._dead = failure.error
            raise failure.error from failure

    def _refuse_if_dead(self, name: str) -> None:
        dead = self._dead
        if dead is not None:
            raise ServiceError(
                dead.service,
                name,
                f"not sent, because {dead.service} does not answer ({dead.answer})",
                code=dead.code,
                remedy=dead.remedy,
            )

    def _attempt(self, name: str, send: Callable[[], T], repeatable: bool) -> T:  # noqa: FBT001
        with self._lock:
            wait = self._not_before[name] - time.monotonic()
        if wait > 0:
            self._policy.sleep(wait)
        try:
            answer = send()
        except ServiceError:
            self._answered = time.monotonic()
            raise
        except TransientError as failure:
            if not failure.silent:
                self._answered = time.monotonic()
            if failure.retry_after is not None:
                with self._lock:
                    until = time.monotonic() + failure.retry_after
                    self._not_before[name] = max(self._not_before[name], until)
                self._give_up_if_too_long(failure)
            if not repeatable and not failure.rejected:
                failure.error.effect = Effect.UNKNOWN
                raise failure.error from failure
            raise
        self._answered = time.monotonic()
        return answer

    def _give_up_if_too_long(self, failure: TransientError) -> None:
        if failure.retry_after is not None and failure.retry_after > self._policy.longest_pause:
            raise failure.error from failure

    def _is_enough(self, state: RetryCallState) -> bool:
        """Whether a call has been tried often enough.

        A refusal for too many requests says when to come back, and others share the limit: whoever
        comes back then may be refused again without anything being wrong.
        """
        failure = state.outcome.exception() if state.outcome else None
        limited = isinstance(failure, TransientError) and failure.rejected and not failure.silent
        most = self._policy.attempts * (_LIMITED_MORE if limited else 1)
        return state.attempt_number >= most

    def _pause(self, state: RetryCallState) -> float:
        failure = state.outcome.exception() if state.outcome else None
        if isinstance(failure, TransientError) and failure.retry_after is not None:
            return 0.0  # the gate itself holds the next try back
        return float(min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (state.attempt_number - 1)))
