"""A value that several threads need and one of them computes."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Once(Generic[T]):
    """Values by key; each is computed the first time somebody asks."""

    def __init__(self) -> None:
        """Begin with none."""
        self._lock = threading.Lock()
        self._values: dict[str, T] = {}

    def get(self, key: str, compute: Callable[[], T]) -> T:
        """The value for the key."""
        with self._lock:
            if key not in self._values:
                self._values[key] = compute()
            return self._values[key]

    def forget(self) -> None:
        """Compute anew next time."""
        with self._lock:
            self._values.clear()
