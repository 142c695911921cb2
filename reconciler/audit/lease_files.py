"""The files of leases on the audit branch: read, released, and settled if their run has ended."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from reconciler.audit.lease_receipts import RunReceipts, with_receipts
from reconciler.audit.leases import Reading, over_before
from reconciler.audit.settle import ReadAgain, settled, without_outcome
from reconciler.model.audit import AuditLine, FiledRecord, OutcomeRecord, merging_run
from reconciler.model.audit_branch import read_lines
from reconciler.model.keyring import Keyring
from reconciler.model.lease import Lease, LeaseFile, lease_bytes, lease_path, read_lease

ReadBranch = Callable[[Sequence[str]], Mapping[str, bytes]]
"""Reads files of the audit branch; leaves out what is not there."""
SealedLines = Callable[[str], Collection[int]]
"""The numbers of the lines of an audit file that commits with a valid seal brought."""


@dataclass
class LeaseFiles:
    """Reads and seals the files of leases, and reports once what is ignored."""

    keyring: Keyring
    report: Callable[[str], None]
    _reported: set[str] = field(default_factory=set)

    def read(self, read: ReadBranch, desks: Iterable[str], now: datetime) -> dict[str, LeaseFile]:
        """The files of the leases of desks."""
        paths = {desk: lease_path(desk) for desk in desks}
        content = read(list(paths.values()))
        found = {
            desk: read_lease(desk, content.get(path), now, self.keyring)
            for desk, path in paths.items()
        }
        for desk, each in found.items():
            line = f"the file {paths[desk]} on the branch audit is ignored: {each.problem}"
            if each.problem and line not in self._reported:
                self._reported.add(line)
                self.report(line)
        return found

    def orphans(
        self, read: ReadBranch, desks: Iterable[str], reading: Reading, place: str, now: datetime
    ) -> tuple[Lease, ...]:
        """Leases that nobody released, of runs that had ended before this one read anything."""
        found = self.read(read, desks, now)
        leases = (each.lease for each in found.values() if each.lease is not None)
        return tuple(each for each in leases if over_before(each, reading, place))

    def still_held(
        self, read: ReadBranch, held: Mapping[str, Lease], now: datetime
    ) -> tuple[Lease, ...]:
        """Those of a run's leases that no other run has taken from it.

        A file that is no run's lease takes nothing.
        """
        found = self.read(read, held, now)
        return tuple(
            mine
            for desk, mine in held.items()
            if (there := found[desk].lease) is None or there.token == mine.token
        )

    def released(
        self, leases: Iterable[Lease], run: RunReceipts, now: datetime
    ) -> dict[str, bytes]:
        """The files of leases, released by a run, with the counters of receipts."""
        ended = {"ended": now, "intents": ()}
        return self.content(with_receipts(each, run).model_copy(update=ended) for each in leases)

    def content(self, leases: Iterable[Lease]) -> dict[str, bytes]:
        """The files of leases, by path."""
        return {lease_path(each.desk): lease_bytes(each, self.keyring) for each in leases}


def settled_by_reading(
    orphans: Iterable[Lease],
    read: ReadBranch,
    sealed: SealedLines,
    kept: Sequence[FiledRecord],
    again: ReadAgain,
) -> Iterator[FiledRecord]:
    """The records of runs that ended before they wrote any. `kept` are not on the branch yet.

    A line that has no valid seal settles nothing.
    """
    for lease in orphans:
        paths = sorted({each.path for each in lease.intents})
        there = [
            FiledRecord(path, line.record)
            for path, content in read(paths).items()
            for line in _outcomes(path, content, lease.run, sealed)
            if line.record is not None
        ]
        yield from settled(without_outcome(lease, [*there, *kept]), again)


def _outcomes(path: str, content: bytes, run: str, sealed: SealedLines) -> list[AuditLine]:
    """The outcomes of a run in a file. The seals are checked only if there are any."""
    found = [
        line
        for line in read_lines(path, content)
        if isinstance(line.record, OutcomeRecord)
        and run in {line.record.run, merging_run(line.record.run)}
    ]
    numbers = sealed(path) if found else ()
    return [line for line in found if line.number in numbers]


def late(entry: FiledRecord, run: str) -> FiledRecord:
    """A record of this run that comes after others had settled its intents."""
    if entry.record.run != run:
        return entry
    return FiledRecord(entry.path, entry.record.model_copy(update={"late": True}))
