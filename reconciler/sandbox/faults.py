"""Faults to order: what goes wrong, at which call, before or after the call took effect."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from reconciler.sandbox.answer import JsonObject

FaultKind = Literal["drop", "status", "slack_error", "garbage", "hang", "slow", "twice", "stale"]
When = Literal["before", "after"]
Body = Literal["html", "truncated", "empty"]
_SLACK_READS: Final = {"history", "replies", "conversations", "list", "info", "members", "test"}
_POSTED_READS: Final = ("POST /issue/bulkfetch", "POST /search")


@dataclass(eq=False)
class Fault:
    """One thing that goes wrong.

    - `drop`: the connection ends without an answer.
    - `status`: an answer with an HTTP status (500), and `retry_after` as its header.
    - `slack_error`: Slack's `ok: false` with an `error`.
    - `garbage`: a `body` that is no JSON: a web page, half an answer, or nothing at all. Its
      status is 200.
    - `hang`: the answer comes only after `seconds`.
    - `slow`: the answer comes byte by byte, with `seconds` before each.
    - `twice`: the network delivers the request twice; the answer is that to the second.
    - `stale`: a call that reads is answered as of when the fault was ordered, or as of `world`.

    The last three let the call take effect. For the others, `when` says whether it does.

    Matching calls are counted from when the fault is added; it strikes at number `nth` and at
    the `times - 1` matching calls that follow, or at all of them when `times` is None. A stale
    fault counts only calls that read. `hit` is set as it strikes.
    """

    kind: FaultKind
    service: str | None = None
    name: str | None = None
    nth: int = 1
    times: int | None = 1
    when: When = "before"
    status: int | None = None
    retry_after: float | str | None = None
    seconds: float = 0.0
    error: str = "fatal_error"
    body: Body = "html"
    world: bytes | None = field(default=None, repr=False)
    """A snapshot of the box."""
    hit: threading.Event = field(default_factory=threading.Event, init=False, repr=False)
    seen: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        if self.kind not in get_args(FaultKind) or self.when not in get_args(When):
            raise ValueError(f"no fault of kind {self.kind!r} or time {self.when!r}")
        if self.nth < 1 or (self.times is not None and self.times < 1):
            raise ValueError("nth and times count from 1")
        if self.kind == "stale" and self.name is not None and not is_read(self.name):
            raise ValueError(f"{self.name} is no call that reads, so its answer can't be stale")

    def counts(self, service: str, name: str) -> bool:
        """Count a call that matches; whether the fault is to strike at it."""
        if self.service not in {None, service} or self.name not in {None, name}:
            return False
        if self.kind == "stale" and not is_read(name):
            return False
        self.seen += 1
        late = self.times is not None and self.seen >= self.nth + self.times
        return self.seen >= self.nth and not late

    def to_json(self) -> JsonObject:
        """The fault as JSON, with whether it has struck."""
        shown = {name: each for name, each in vars(self).items() if name != "world"}
        return {**shown, "hit": self.hit.is_set()}


def is_read(name: str) -> bool:
    """Whether a call by its name in the log changes nothing."""
    method, _, _ = name.partition(" ")
    if method.isupper():
        return method == "GET" or name.startswith(_POSTED_READS)
    return name.rpartition(".")[2] in _SLACK_READS


@dataclass
class Faults:
    """The faults that are waiting for their calls."""

    snapshot: Callable[[], bytes]
    """Takes the world as it is, for answers that are stale."""
    waiting: list[Fault] = field(default_factory=list)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def add(self, fault: Fault) -> Fault:
        """Order a fault; returns it, for its `hit`."""
        if fault.kind == "stale" and fault.world is None:
            fault.world = self.snapshot()
        with self._guard:
            self.waiting.append(fault)
        return fault

    def clear(self) -> None:
        """Order nothing any more."""
        with self._guard:
            self.waiting.clear()

    def due(self, service: str, name: str) -> Fault | None:
        """The fault to strike at the call that has just arrived; the first ordered wins."""
        with self._guard:
            struck = [fault for fault in self.waiting if fault.counts(service, name)]
        return struck[0] if struck else None
