"""What a run knows of receipts before it reads them, from what it and earlier runs wrote.

A receipt carries a counter that grows with each write, so an older one that somebody put back is
recognized. Services also answer from copies that lag behind. So a ticket whose answer is older than
what is known is read again by itself, before that means anything.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from reconciler.model.observed import Ticket


@dataclass(frozen=True)
class KnownReceipts:
    """What is known of the receipts of tickets before the tickets are read."""

    written: Mapping[str, int] = field(default_factory=dict)
    """By ticket, the counter of the last receipt that is known to be written there."""
    unsure: Mapping[str, int] = field(default_factory=dict)
    """By ticket, the counter of a later receipt. The answer to its write was lost."""
    intended: frozenset[str] = frozenset()
    """Tickets that a run was about to change which has not released its lease."""

    def last_counter(self, ticket: Ticket) -> int:
        """The counter of the last receipt that is known to be written; 0 if none is known."""
        return max(self.written.get(key, 0) for key in _keys(ticket))

    def needs_own_read(self, ticket: Ticket) -> bool:
        """True if an answer for many tickets may show an older state of this one."""
        keys = _keys(ticket)
        if not self.intended.isdisjoint(keys):
            return True
        least = max(self.last_counter(ticket), *(self.unsure.get(key, 0) for key in keys))
        return counter_of(ticket) < least and ticket.newer_receipt is None

    def later(self, written: Mapping[str, int], unsure: Mapping[str, int]) -> "KnownReceipts":
        """With what this run has written since."""
        return KnownReceipts({**self.written, **written}, {**self.unsure, **unsure}, self.intended)

    def joined(self, other: "KnownReceipts") -> "KnownReceipts":
        """What either knows: the higher counters."""
        return KnownReceipts(
            highest([self.written, other.written]),
            highest([self.unsure, other.unsure]),
            self.intended | other.intended,
        )

    def beyond(self, other: "KnownReceipts") -> "KnownReceipts":
        """What this knows and the other does not."""
        return KnownReceipts(
            _higher(self.written, other.written),
            _higher(self.unsure, other.unsure),
            self.intended - other.intended,
        )


NOTHING_KNOWN: Final = KnownReceipts()


def counter_of(ticket: Ticket) -> int:
    """The counter of the receipt on a ticket; 0 if none counts."""
    return ticket.receipt.counter if ticket.receipt is not None else 0


def highest(many: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """The highest counter of each ticket; the tickets of the first mapping come first."""
    found: dict[str, int] = {}
    for each in many:
        for ticket, counter in each.items():
            found[ticket] = max(counter, found.get(ticket, 0))
    return found


def _higher(some: Mapping[str, int], others: Mapping[str, int]) -> dict[str, int]:
    return {ticket: each for ticket, each in some.items() if each > others.get(ticket, 0)}


def _keys(ticket: Ticket) -> set[str]:
    """The key of a ticket, and the one in its receipt: a ticket that moved had that before."""
    return {ticket.key} | ({ticket.receipt.ticket} if ticket.receipt else set())
