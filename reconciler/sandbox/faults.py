"""Faults to order: what goes wrong, at which call, before or after the call took effect."""

import threading
from dataclasses import dataclass, field
from typing import Literal, get_args

from reconciler.sandbox.answer import JsonObject

FaultKind = Literal["drop", "status", "slack_error", "garbage", "hang"]
When = Literal["before", "after"]


@dataclass(eq=False)
class Fault:
    """One thing that goes wrong.

    Matching calls are counted from when the fault is added; it strikes at number `nth` and at
    the `times - 1` matching calls that follow, or at all of them when `times` is None. `hit` is
    set as it strikes.
    """

    kind: FaultKind
    service: str | None = None
    name: str | None = None
    nth: int = 1
    times: int | None = 1
    when: When = "before"
    status: int = 500
    retry_after: int | str | None = None
    seconds: float = 0.0
    error: str = "fatal_error"
    body: Literal["html", "truncated"] = "html"
    hit: threading.Event = field(default_factory=threading.Event, init=False, repr=False)
    seen: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        if self.kind not in get_args(FaultKind) or self.when not in get_args(When):
            raise ValueError(f"no fault of kind {self.kind!r} or time {self.when!r}")
        if self.nth < 1 or (self.times is not None and self.times < 1):
            raise ValueError("nth and times count from 1")

    def counts(self, service: str, name: str) -> bool:
        """Count a call that matches; whether the fault is to strike at it."""
        if self.service not in {None, service} or self.name not in {None, name}:
            return False
        self.seen += 1
        late = self.times is not None and self.seen >= self.nth + self.times
        return self.seen >= self.nth and not late

    def to_json(self) -> JsonObject:
        """The fault as JSON, with whether it has struck."""
        return {**vars(self), "hit": self.hit.is_set()}


@dataclass
class Faults:
    """The faults that are waiting for their calls."""

    waiting: list[Fault] = field(default_factory=list)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def add(self, fault: Fault) -> Fault:
        """Order a fault; returns it, for its `hit`."""
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
