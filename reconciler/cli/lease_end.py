"""The end of a run on the audit branch: its record, and the release of its leases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reconciler.audit.consent_lines import grown_by
from reconciler.audit.lease_files import late
from reconciler.audit.lease_receipts import RunReceipts
from reconciler.audit.leases import over_before
from reconciler.cli.lease_state import LeaseState, present, tickets_read
from reconciler.cli.planned_run import PlannedRun
from reconciler.cli.record_run import print_to_stderr, report
from reconciler.model.audit import FiledRecord
from reconciler.model.audit_branch import record_message
from reconciler.model.known_receipts import counter_of
from reconciler.model.lease import Lease
from reconciler.model.outcome import Outcome
from reconciler.services.git.audit_branch import note_reconciled
from reconciler.services.git.audit_write import Content, Reader, record


@dataclass(frozen=True)
class Finished:
    """How the record of a run ended."""

    complete: bool = True
    """False if something could not be recorded, or if the run lost its lease."""


class LeaseEnd:
    """Records what a run did, and releases its leases, in one commit."""

    def __init__(self, state: LeaseState) -> None:
        self._state = state

    def finish(self, seen: PlannedRun, outcomes: tuple[Outcome, ...]) -> Finished:
        """Record what the run did and release its leases, in one commit."""
        if not self._state.publishes:
            return Finished()
        if not (self._state.held or self._state.recorded or self._has_orphans()):
            return Finished()
        entries = self._state.recorder.entries(seen, outcomes) if self._state.recorded else ()
        return self._finish(seen, entries, self._state.files.revision)

    def finish_merges(self, seen: PlannedRun, entries: Sequence[FiledRecord]) -> Finished:
        """Record what the run merged, and release its leases. The plan is not carried out."""
        return self._finish(seen, entries, "") if self._state.publishes else Finished()

    def _finish(
        self, seen: PlannedRun, entries: Sequence[FiledRecord], reconciled: str
    ) -> Finished:
        lost = False

        def compose(read: Reader, lines: Sequence[FiledRecord]) -> Content:
            nonlocal lost
            before: list[FiledRecord] = []
            leases = self._state.lease_files.still_held(read, self._state.held, present())
            lost = len(leases) < len(self._state.held)
            if lost:
                lines = [late(each, self._state.recorder.run) for each in lines]
            if not self._state.held:
                leases = self._orphans(read)
                before = list(self._state.settled(seen, leases, read, lines))
            every = [*before, *lines]
            tickets = len({each.record.ticket for each in every})
            released = self._state.lease_files.released(leases, self._receipts_of(seen), present())
            return Content(
                every,
                {**released, **self._consents(seen, read)},
                lambda count: record_message(self._state.recorder.run, count, tickets, reconciled),
            )

        done = record(
            self._state.options.repo,
            entries,
            self._state.recorder.remote,
            self._state.options.now,
            compose=compose,
            believed=self._state.tip,
            keyring=self._state.recorder.keyring,
            reconciled=reconciled if self._state.recorded else "",
        )
        report(done)
        if self._state.recorded and reconciled:
            note_reconciled(self._state.options.repo, reconciled)
        if lost:
            print_to_stderr(
                f"another run took the lease of {', '.join(self._state.held)} from this one. What "
                "this run did is marked late on the branch audit. The next run continues."
            )
        return Finished(complete=not done.problem and not lost)

    def _consents(self, seen: PlannedRun, read: Reader) -> Mapping[str, bytes]:
        """The files about merged pull requests, with what this run read anew."""
        more = grown_by(seen.consent_lines, self._state.lease_files.keyring)
        old = read(sorted(more)) if more else {}
        return {path: old.get(path, b"") + lines for path, lines in more.items()}

    def _receipts_of(self, seen: PlannedRun) -> RunReceipts:
        """What the run knows of receipts at its end."""
        mine = seen.run.gateways.jira.receipts
        read = {ticket.key: counter_of(ticket) for ticket in tickets_read(seen)}
        current = {*seen.run.observer.survey.visited, *self._state.files.open_tickets}
        return RunReceipts(self._state.known, read, mine.written, mine.unsure, current)

    def _orphans(self, read: Reader) -> tuple[Lease, ...]:
        """Leases that nobody released, of runs that had ended before this one read anything."""
        desks, reading = self._state.files.desks, self._state.reading
        return self._state.lease_files.orphans(read, desks, reading, self._state.place, present())

    def _has_orphans(self) -> bool:
        return any(
            each is not None and over_before(each, self._state.reading, self._state.place)
            for each in self._state.reading.known.values()
        )
