"""One retry policy for all services. The libraries' own are off: they resend POSTs."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Final, TypeVar

from reconciler.services.call_log import CALLS
from reconciler.services.errors import Effect, ServiceError
from reconciler.services.time_budget import LIMITED, TimeBudget, shown_seconds
from reconciler.services.transport.exchange import within

T = TypeVar("T")

_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 8.0
_LIMITED_MORE: Final = 6
"""How much oftener a call is tried that was refused because others were faster."""
_LONGEST_CALL: Final = 600.0
"""The most seconds that the settings allow for a call; the transport takes what they say."""
_LATER: Final = "The next run makes this call again."
_LIMITED_CODE: Final = "limited"


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

    @property
    def limited(self) -> bool:
        """Whether the service refused the call because there were too many."""
        return self.rejected and not self.silent


@dataclass(frozen=True)
class RetryPolicy:
    """How often a call is tried, and the time that a run has for it."""

    attempts: int = 5
    budget: TimeBudget = field(default_factory=TimeBudget)


@dataclass
class _Turn:
    """When the calls that share a limit may be sent again."""

    not_before: float = float("-inf")
    asked: float = 0.0
    """Seconds that the service last asked to wait."""
    refusals: int = 0
    """How often it refused them since it last accepted one."""


class Retrier:
    """Sends the calls to one service, from any thread.

    If the service says that a call comes too often, all calls that share the limit wait together.
    If it does not answer at all, no call is sent any more. Waiting spends the run's time budget.
    """

    def __init__(self, service: str, policy: RetryPolicy) -> None:
        """Start with every call free to go; `service` is its name for people."""
        self._service = service
        self._attempts = policy.attempts
        self._budget = policy.budget
        self._lock = threading.Lock()
        self._turns: dict[str, _Turn] = {}
        self._answered = float("-inf")
        self._dead: ServiceError | None = None

    def call(self, name: str, send: Callable[[], T], *, repeatable: bool, limit: str = "") -> T:
        """Send, and send again as far as that is safe.

        `limit` is what the service counts; calls with the same one wait together. By default, it
        is the name. Raises ServiceError; its effect is UNKNOWN when the call may have been carried
        out.
        """
        with self._lock:
            turn = self._turns.setdefault(limit or name, _Turn())
        self._refuse_if_dead(name)
        began, maybe_done = self._budget.now(), False
        last: TransientError | None = None
        for attempt in count(1):
            try:
                self._wait_for_turn(turn, name, last, repeatable=repeatable)
                return self._send(send, turn, name, attempt)
            except TransientError as failure:
                last = failure
                if attempt == 1 and self._attempts > 1:  # it may have waited for a connection
                    began = self._budget.now()
                maybe_done = maybe_done or not failure.rejected
                if failure.limited:
                    self._hold(turn, failure)
                may_repeat = repeatable or failure.rejected
                if may_repeat and attempt < self._most(failure):
                    if failure.limited or self._back_off(failure, attempt, repeatable=repeatable):
                        continue
                elif may_repeat and failure.silent and self._answered < began:
                    self._dead = failure.error
                # Where nobody takes a connection, the address may be wrong.
                failure.error.passing = not (failure.rejected and failure.silent)
                failure.error.effect = Effect.UNKNOWN if maybe_done else Effect.NONE
                raise failure.error from failure
            except ServiceError as error:
                if maybe_done:
                    error.effect = Effect.UNKNOWN
                raise
        raise AssertionError("count() does not end")

    def _refuse_if_dead(self, name: str) -> None:
        dead = self._dead
        if dead is not None:
            error = ServiceError(
                dead.service,
                name,
                f"not sent, because {dead.service} does not answer ({dead.answer})",
                code=dead.code,
                remedy=dead.remedy,
            )
            error.passing = dead.passing
            raise error

    def _wait_for_turn(
        self, turn: _Turn, name: str, last: TransientError | None, *, repeatable: bool
    ) -> None:
        """Wait as long as the service asked for. Raises ServiceError if that is too long.

        `last` is why the call was tried before.
        """
        self._budget.require_time(self._service, name, repeatable=repeatable)
        wait = turn.not_before - self._budget.now()
        if wait <= 0:
            return
        if not self._budget.pause(self._service, LIMITED, wait, repeatable=repeatable):
            raise self._too_long(turn, name, last)
        self._budget.require_time(self._service, name, repeatable=repeatable)

    def _too_long(self, turn: _Turn, name: str, last: TransientError | None) -> ServiceError:
        left = min(self._budget.waiting(self._service).left, self._budget.left())
        what = (
            f"{self._service} asks for a pause of {shown_seconds(turn.asked)}, and this run can "
            f"wait only {shown_seconds(left)} more for {self._service}"
        )
        if last is None or not last.limited:
            answer = f"not sent, because {what}"
            error = ServiceError(self._service, name, answer, code=_LIMITED_CODE, remedy=_LATER)
        else:
            error = last.error
            error.answer = f"{error.answer}; {what}"
            error.remedy = error.remedy or _LATER
        error.passing = True
        return error

    def _send(self, send: Callable[[], T], turn: _Turn, name: str, attempt: int) -> T:
        start = self._budget.now()
        try:
            with within(self._budget.timeout(self._service, _LONGEST_CALL)):
                answer = self._logged(send, name, attempt)
        except TransientError as failure:
            if not failure.silent:
                self._answered = self._budget.now()
            raise
        except ServiceError:
            self._answered = self._budget.now()
            raise
        finally:
            self._budget.answered(self._service, start)
        self._answered = self._budget.now()
        turn.refusals = 0
        return answer

    def _logged(self, send: Callable[[], T], name: str, attempt: int) -> T:
        with CALLS.one(self._service, name, attempt) as call:
            try:
                return send()
            except TransientError as failure:
                call.failed(failure.error)
                raise
            except ServiceError as error:
                call.failed(error)
                raise

    def _most(self, failure: TransientError) -> int:
        """How often a call is tried.

        A refusal for too many requests says when to come back, and others share the limit: whoever
        comes back then may be refused again without anything being wrong.
        """
        return self._attempts * (_LIMITED_MORE if failure.limited else 1)

    def _hold(self, turn: _Turn, failure: TransientError) -> None:
        """Keep calls of this limit back. If the service says nothing or 0, the pauses grow."""
        with self._lock:
            now = self._budget.now()
            if turn.not_before <= now:
                turn.refusals += 1
            asked = failure.retry_after or _growing(turn.refusals)
            if now + asked > turn.not_before:
                turn.not_before, turn.asked = now + asked, asked

    def _back_off(self, failure: TransientError, attempt: int, *, repeatable: bool) -> bool:
        """Wait before the next try of a call that failed; False if there is no time."""
        reason = failure.error.answer.partition(": ")[0]
        return self._budget.pause(self._service, reason, _growing(attempt), repeatable=repeatable)


def _growing(number: int) -> float:
    return min(_LONGEST_PAUSE, _FIRST_PAUSE * float(2 ** min(number - 1, 10)))
