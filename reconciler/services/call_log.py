"""What operators see of calls and waits (`-v`): one record for each.

A record has fixed keys and holds no free text of a service: names of our own, numbers, a status, an
error code of one word, and the service's id of the request.
"""

import logging
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final

from reconciler.services.errors import ServiceError

OK: Final = "ok"
_log = logging.getLogger("reconciler.calls")
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,59}")
_OWN_WORDS: Final = re.compile(r"[a-zA-Z][a-zA-Z ]{0,59}")
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,79}")
_REQUEST_IDS: Final = ("x-arequestid", "x-slack-req-id", "x-github-request-id", "atl-traceid")
"""Headers that name a request. Sources: Atlassian's, Slack's and GitHub's pages on support and
troubleshooting, which ask for these values."""
_ERROR: Final = 300


@dataclass
class LoggedCall:
    """One request as far as it got."""

    service: str
    name: str
    attempt: int
    status: int | None = None
    request_id: str = ""
    result: str = OK
    began: float = field(default_factory=time.monotonic)
    seconds: float | None = None

    def answered(self, status: int, headers: Mapping[str, str]) -> None:
        """Note the status of the answer and the service's id of the request."""
        self.status = status
        known = {name.lower(): value for name, value in headers.items()}
        found = next((known[each] for each in _REQUEST_IDS if each in known), "")
        self.request_id = found if _REQUEST_ID.fullmatch(found) else ""

    def failed(self, error: ServiceError) -> None:
        """Note why there is no answer, or none that counts; never in the service's own words."""
        if self.status is not None and self.status >= _ERROR:
            self.result = f"HTTP {self.status}"
        elif self.status is not None:
            self.result = error.code if _WORD.fullmatch(error.code) else "refused"
        else:
            words = error.answer.partition(": ")[0]
            self.result = words if _OWN_WORDS.fullmatch(words) else "failed"

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Measure what this context encloses, without the wait for a free connection."""
        self.began = time.monotonic()
        try:
            yield
        finally:
            self.seconds = time.monotonic() - self.began


_current: ContextVar[LoggedCall | None] = ContextVar("call", default=None)


def current_call() -> LoggedCall | None:
    """The call that this thread makes, if it is logged."""
    return _current.get()


class CallLog:
    """Counts calls by service, and logs each with its result."""

    def __init__(self) -> None:
        """Begin without a call."""
        self.counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def clear(self) -> None:
        """Begin again."""
        with self._lock:
            self.counts.clear()

    @contextmanager
    def one(self, service: str, name: str, attempt: int) -> Iterator[LoggedCall]:
        """Log one request when it has ended."""
        call = LoggedCall(service, name, attempt)
        token = _current.set(call)
        try:
            yield call
        finally:
            _current.reset(token)
            self._write(call)

    def _write(self, call: LoggedCall) -> None:
        with self._lock:
            self.counts[call.service] += 1
        seconds = time.monotonic() - call.began if call.seconds is None else call.seconds
        keys = {
            "service": call.service,
            "call": call.name,
            "result": call.result,
            "status": call.status,
            "ms": round(seconds * 1000),
            "attempt": call.attempt,
            "request_id": call.request_id or None,
        }
        named = f", request id {call.request_id}" if call.request_id else ""
        text = (
            f"{call.service} {call.name}: {call.result}, {keys['ms']} ms, "
            f"attempt {call.attempt}{named}"
        )
        log_event("call", text, keys)


CALLS: Final = CallLog()
"""The calls of this process."""


def log_wait(service: str, reason: str, seconds: float, text: str) -> bool:
    """Log that a wait begins, and why; False if the log does not show waits."""
    keys = {"service": service, "reason": reason, "seconds": round(seconds, 3)}
    log_event("wait", text, keys)
    return _log.isEnabledFor(logging.INFO)


def log_event(event: str, text: str, keys: Mapping[str, object]) -> None:
    """Log what `-v` shows: `text` for people, `keys` for programs."""
    _log.info(text, extra={"event": event, "keys": dict(keys)})
