"""A value that several threads need and one of them computes."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass
class _Slot(Generic[T]):
    lock: threading.Lock = field(default_factory=threading.Lock)
    value: list[T] = field(default_factory=list)
    """Empty until it is computed."""


class Once(Generic[T]):
    """Values by key; each is computed the first time that it is asked for.

    Each key has a lock of its own, so that a slow computation delays only those who ask for the
    same value. If it fails, the next one who asks computes again.
    """

    def __init__(self) -> None:
        """Start empty."""
        self._lock = threading.Lock()
        self._slots: dict[str, _Slot[T]] = {}

    def get(self, key: str, compute: Callable[[], T]) -> T:
        """The value for the key."""
        with self._lock:
            slot = self._slots.setdefault(key, _Slot())
        with slot.lock:
            if not slot.value:
                slot.value.append(compute())
            return slot.value[0]

    def forget(self) -> None:
        """Compute every value again when it is asked for next; what is under way is not kept."""
        with self._lock:
            self._slots = {}
