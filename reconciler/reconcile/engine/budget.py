"""The caps of a run, spent when a change is made, not when it is planned."""

import threading
from collections.abc import Mapping

from reconciler.model.policy import Safety


class Budget:
    """How much of each cap is left. One for the whole run, used from any thread."""

    def __init__(self, caps: Safety) -> None:
        """Start with nothing spent."""
        self._caps: dict[str, int] = caps.model_dump()
        self._lock = threading.Lock()
        self._spent: dict[str, dict[str, int]] = {name: {} for name in self._caps}

    def spend(self, owner: str, costs: Mapping[str, int]) -> str | None:
        """Spend what a change costs; return the name of the cap that does not allow it, or None.

        `owner` identifies the change in the run. A change that is tried again, because its first
        result was unknown, is not counted twice.
        """
        with self._lock:
            for name, amount in costs.items():
                spent = self._spent[name]
                others = sum(spent.values()) - spent.get(owner, 0)
                if others + amount > self._caps[name]:
                    return name
            for name, amount in costs.items():
                self._spent[name][owner] = max(amount, self._spent[name].get(owner, 0))
        return None

    def cap(self, name: str) -> int:
        """The most that a run may do."""
        return self._caps[name]
