"""The log: every call that reached the sandbox, in the order of arrival."""

from dataclasses import dataclass, field

from reconciler.sandbox.answer import JsonObject


@dataclass
class Call:
    """One call. `status` is 0 while it is being answered, and stays 0 if it never is."""

    number: int
    service: str
    name: str
    actor: str
    at: float
    new_connection: bool
    request: JsonObject
    status: int = 0
    error: str = ""
    response: object = None

    def to_json(self) -> JsonObject:
        """The call as JSON."""
        return dict(vars(self))


@dataclass
class Log:
    """The calls so far; responses are kept only when recording."""

    record: bool = False
    calls: list[Call] = field(default_factory=list)
    _last: int = 0

    def next_number(self) -> int:
        """The number of the call that has just arrived."""
        self._last += 1
        return self._last

    def clear(self) -> None:
        """Forget the calls and count from one again."""
        self.calls.clear()
        self._last = 0
