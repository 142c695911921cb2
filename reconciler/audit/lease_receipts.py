"""The counters of receipts in the files of leases: what a run leaves there for the next ones."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from reconciler.audit.leases import Free, Stale
from reconciler.model.known_receipts import KnownReceipts, highest
from reconciler.model.lease import Lease
from reconciler.model.observed import Ticket

MOST: Final = 500
"""Counters in the file of a lease. Beyond that, those go that were written the longest ago."""


@dataclass(frozen=True)
class RunReceipts:
    """What a run knew, read and wrote of receipts."""

    known: KnownReceipts
    """Before it read any."""
    read: Mapping[str, int]
    """By ticket that it read, the counter of the receipt; 0 if none counts."""
    written: Mapping[str, int]
    unsure: Mapping[str, int]
    """By ticket, the counter of a receipt whose write had an unknown outcome."""
    current: Collection[str]
    """The tickets that later runs read."""


def known_receipts(leases: Iterable[Lease | None]) -> KnownReceipts:
    """What the files of leases say of receipts."""
    found = [each for each in leases if each is not None]
    return KnownReceipts(
        highest(each.receipts for each in found),
        highest(each.unsure for each in found),
        frozenset(
            each.ticket
            for lease in found
            for each in lease.intents
            if not lease.ended and not each.pull_request
        ),
    )


def not_behind(
    free: Free, leases: Iterable[Lease | None], known: KnownReceipts, read: Iterable[Ticket]
) -> Free | Stale:
    """Whether a run read its tickets with what the leases on the branch say of their receipts.

    `known` is what it knew when it read them. A clone knows only what it has fetched.
    """
    read = tuple(read)
    for lease in leases:
        news = known_receipts([lease]).beyond(known)
        if lease is not None and any(news.needs_own_read(each) for each in read):
            return Stale(lease)
    return free


def with_known(lease: Lease, known: KnownReceipts) -> Lease:
    """A lease that keeps what is known of its desk's receipts."""
    receipts = _of_desk(lease.desk, highest([lease.receipts, known.written]))
    unsure = _of_desk(lease.desk, highest([lease.unsure, known.unsure]))
    return lease.model_copy(update={"receipts": _latest(receipts), "unsure": _latest(unsure)})


def with_receipts(lease: Lease, run: RunReceipts) -> Lease:
    """A lease at the end of a run: what was known, and what the run read and wrote since."""
    before = with_known(lease, run.known)
    receipts = highest([before.receipts, run.read])
    written = _of_desk(lease.desk, run.written)
    receipts = {key: each for key, each in receipts.items() if key not in written} | written
    left = {key: each for key, each in before.unsure.items() if key not in run.read}
    unsure = left | _of_desk(lease.desk, run.unsure)
    kept = {
        name: _latest(
            {
                key: counter
                for key, counter in _of_desk(lease.desk, counters).items()
                if counter and key in run.current
            }
        )
        for name, counters in {"receipts": receipts, "unsure": unsure}.items()
    }
    return lease.model_copy(update=kept)


def _of_desk(desk: str, counters: Mapping[str, int]) -> dict[str, int]:
    return {key: each for key, each in counters.items() if key.rpartition("-")[0] == desk}


def _latest(counters: Mapping[str, int]) -> dict[str, int]:
    return dict(list(counters.items())[-MOST:])
