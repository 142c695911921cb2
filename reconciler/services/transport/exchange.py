"""One call over the network: how long it may take, how much may come back, whether it was sent."""

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

MEBIBYTE: Final = 1024 * 1024
LARGEST_ANSWER: Final = 10 * MEBIBYTE
"""The most bytes of one answer: on the wire, headers included, and again after decompression."""
CONNECT_SECONDS: Final = 5.0
"""The most seconds until a connection is there, out of those that the call has."""

_limit: ContextVar[float | None] = ContextVar("limit", default=None)


class TooLargeError(Exception):
    """The answer is larger than `LARGEST_ANSWER`, or has more values than can be held."""


@dataclass
class Exchange:
    """What one call may use up, and how far it got."""

    ends: float
    """When the call has to be finished, by `time.monotonic`."""
    connect_by: float
    """When the connection has to be there."""
    bytes_left: int = LARGEST_ANSWER
    sent: bool = False
    """True as soon as a byte of the request may have left. Until then it has no effect."""
    incoming: io.IOBase | None = None
    """Where the answer is read from."""

    def seconds_left(self) -> float:
        """Seconds until the call has to be finished. Raises TimeoutError if none are left."""
        return _left(self.ends)

    def seconds_to_connect(self) -> float:
        """Seconds until the connection has to be there. Raises TimeoutError if none are left."""
        return _left(min(self.ends, self.connect_by))

    @property
    def is_over(self) -> bool:
        """True if the call has used up its time."""
        return time.monotonic() >= self.ends

    def abandon(self) -> None:
        """Read no more of the answer, of which the libraries may have lost hold."""
        if self.incoming is not None:
            self.incoming.close()

    def receive(self, count: int) -> None:
        """Count bytes that came in. Raises TooLargeError."""
        self.bytes_left -= count
        if self.bytes_left < 0:
            raise TooLargeError


_current: ContextVar[Exchange] = ContextVar("exchange")


def current() -> Exchange:
    """The exchange that this thread is in."""
    return _current.get()


@contextmanager
def exchange(seconds: float) -> Iterator[Exchange]:
    """Begin an exchange of at most so many seconds, or of fewer if `within` says so."""
    limit = _limit.get()
    now = time.monotonic()
    found = Exchange(
        now + (seconds if limit is None else min(seconds, limit)), now + CONNECT_SECONDS
    )
    token = _current.set(found)
    try:
        yield found
    finally:
        _current.reset(token)


@contextmanager
def continued(seconds: float) -> Iterator[Exchange]:
    """The exchange that this thread is in; a new one if there is none."""
    found = _current.get(None)
    if found is not None:
        yield found
        return
    with exchange(seconds) as begun:
        yield begun


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Let each call in this context take at most so many seconds, connecting included."""
    outer = _limit.get()
    token = _limit.set(seconds if outer is None else min(seconds, outer))
    try:
        yield
    finally:
        _limit.reset(token)


def _left(moment: float) -> float:
    left = moment - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
