"""Counters of the receipts that this process writes."""

from collections.abc import Iterator
from contextlib import contextmanager

from reconciler.services.errors import Effect, ServiceError


class WrittenReceipts:
    """What became of each write, by ticket. From any thread, one for each ticket."""

    def __init__(self) -> None:
        """Begin with no write."""
        self.written: dict[str, int] = {}
        """The counter of the last receipt whose write Jira confirmed."""
        self.unsure: dict[str, int] = {}
        """The counter of a later one whose answer was lost."""

    @contextmanager
    def writing(self, ticket: str, counter: int) -> Iterator[None]:
        """Note how the write of a receipt ends, which this encloses."""
        before = self.unsure.get(ticket)
        self.unsure[ticket] = max(counter, before or 0)
        try:
            yield
        except ServiceError as error:
            if error.effect is Effect.NONE and before is None:
                del self.unsure[ticket]
            elif error.effect is Effect.NONE and before is not None:
                self.unsure[ticket] = before
            raise
        self._is_there(ticket, counter)

    def read_back(self, ticket: str, counter: int) -> None:
        """Note the counter that Jira shows for a ticket that was asked for alone."""
        if counter and ticket in self.unsure and counter >= self.unsure[ticket]:
            self._is_there(ticket, counter)

    def _is_there(self, ticket: str, counter: int) -> None:
        self.written[ticket] = counter
        self.unsure.pop(ticket, None)
