"""The lease of a run: taken before its first change, released with what it did.

`audit.leases` decides who may change what. Here the audit branch is read and written.
"""

import itertools
import secrets
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final

from reconciler.audit.consent_lines import grown_by
from reconciler.audit.lease_files import LeaseFiles, late, settled_by_reading
from reconciler.audit.lease_receipts import RunReceipts, known_receipts, not_behind, with_known
from reconciler.audit.leases import (
    Answer,
    Free,
    Held,
    Reading,
    Stale,
    answer,
    changed_desks,
    intents,
    length,
    over_before,
)
from reconciler.audit.settle import ReadAgain
from reconciler.cli.files import Files
from reconciler.cli.options import Options
from reconciler.cli.planned_run import PlannedRun
from reconciler.cli.record_run import Recorder, audit_remote_of, print_to_stderr, report, run_id
from reconciler.cli.stop_signals import StopRequested
from reconciler.load.raw import POLICY_PATH, ROSTER_PATH
from reconciler.model.audit import FiledRecord
from reconciler.model.audit_branch import lease_message, record_message
from reconciler.model.forge import PullRequest
from reconciler.model.known_receipts import KnownReceipts, counter_of
from reconciler.model.lease import Lease, LeaseFile, TicketIntents
from reconciler.model.observed import Ticket
from reconciler.model.outcome import Outcome
from reconciler.reconcile.engine.permit import Permit
from reconciler.services.environment import variables
from reconciler.services.errors import ServiceError, SetupError
from reconciler.services.git.audit_branch import SEEN, known_tip, note_reconciled, remote_tip
from reconciler.services.git.audit_read import read_files
from reconciler.services.git.audit_write import Content, Reader, record
from reconciler.services.git.commits import includes, known_commit
from reconciler.services.git.committed_files import object_at
from reconciler.services.git.local_lock import LockedError, local_lock
from reconciler.services.git.main_line import main_tip, newer_on_main
from reconciler.services.git.remote import Remote
from reconciler.services.settings import read_settings

_PATIENCE: Final = 20.0
"""Seconds to wait for another run, before this one leaves the changes to the next run."""
_PAUSES: Final = (0.5, 1.0, 2.0, 3.0)
"""Seconds between two looks at a lease that another run holds; the last one repeats."""
_READINGS: Final = 3
"""How often a run reads everything again because others changed something."""
_CONTINUES: Final = "Nothing was changed; the next run continues."
Intended = Mapping[str, tuple[TicketIntents, ...]]
"""By desk, what a run is about to change. It takes the leases of these desks."""


class OccupiedError(Exception):
    """Another run is changing the same desks. The text is for the user."""


@dataclass(frozen=True)
class Finished:
    """How the record of a run ended."""

    complete: bool = True
    """False if something could not be recorded, or if the run lost its lease."""


class RunLease:
    """What a run agrees with other runs, through the audit branch."""

    def __init__(
        self, options: Options, files: Files, recorder: Recorder, *, recorded: bool, place: str
    ) -> None:
        """Begin before anything is read of the services."""
        self._options = options
        self._files = files
        self._recorder = recorder
        self._recorded = recorded
        self._place = place
        self._token = secrets.token_hex(16)
        self._publishes = bool(files.revision) and (recorded or recorder.remote is not None)
        self._held: dict[str, Lease] = {}
        keyring = read_settings(variables()).jira.keyring
        self._lease_files = LeaseFiles(keyring, print_to_stderr)
        self._tip: str | None = None
        self._reading = Reading(_now(), self._known_leases())
        self._known = known_receipts(self._reading.known.values()).joined(self._kept_receipts())

    def receipts(self) -> KnownReceipts:
        """What is known of receipts, without asking the remote."""
        return self._known

    @property
    def run(self) -> str:
        """The id of the run."""
        return self._recorder.run

    @property
    def remote(self) -> Remote | None:
        """The remote with the audit branch."""
        return self._recorder.remote

    def take(
        self, seen: PlannedRun, refuse: Callable[[PlannedRun], int | None], permit: Permit
    ) -> PlannedRun | int:
        """Take the lease of each desk that the plan changes; the plan to carry out.

        If another run changed something meanwhile, everything is read again. `refuse` returns an
        exit status for a plan that must not be carried out. Raises OccupiedError, and SetupError
        if the lease can't be published.
        """
        return self._take(seen, refuse, self._planned, permit)

    def take_for(
        self, seen: PlannedRun, intended: Callable[[PlannedRun], Intended], permit: Permit
    ) -> PlannedRun:
        """Take the lease of desks for something else than the plan, as `take` does."""
        found = self._take(seen, lambda _: None, intended, permit)
        assert isinstance(found, PlannedRun)  # noqa: S101 - nothing was refused
        return found

    def _take(
        self,
        seen: PlannedRun,
        refuse: Callable[[PlannedRun], int | None],
        intend: Callable[[PlannedRun], Intended],
        permit: Permit,
    ) -> PlannedRun | int:
        for _ in range(_READINGS):
            status = refuse(seen)
            if status is not None:
                return status
            intended = intend(seen)
            if not intended or not self._publishes:
                return seen
            found = self._ask_patiently(seen, intended, permit)
            if isinstance(found, Free):
                first = next(iter(self._held.values()))
                permit.limit(first.until, first.margin, seen.budget)
                return seen
            if permit.is_stopped:
                raise StopRequested
            if isinstance(found, Held):
                raise OccupiedError(_occupied(found.lease))
            seen.progress.stage("Reading again, because another run changed something")
            seen = seen.reread()
        raise OccupiedError(f"Other runs keep changing {', '.join(intended)}. {_CONTINUES}")

    def _planned(self, seen: PlannedRun) -> Intended:
        """By desk, what the plan is about to change."""
        plan, roster = seen.run.plan, self._files.snapshot.roster
        year = self._options.now.year
        return {desk: intents(plan, desk, roster, year) for desk in changed_desks(plan)}

    def finish(self, seen: PlannedRun, outcomes: tuple[Outcome, ...]) -> Finished:
        """Record what the run did and release its leases, in one commit."""
        if not self._publishes:
            return Finished()
        if not (self._held or self._recorded or self._has_orphans()):
            return Finished()
        entries = self._recorder.entries(seen, outcomes) if self._recorded else ()
        return self._finish(seen, entries, self._files.revision)

    def finish_merges(self, seen: PlannedRun, entries: Sequence[FiledRecord]) -> Finished:
        """Record what the run merged, and release its leases. The plan is not carried out."""
        return self._finish(seen, entries, "") if self._publishes else Finished()

    def _finish(
        self, seen: PlannedRun, entries: Sequence[FiledRecord], reconciled: str
    ) -> Finished:
        lost = False

        def compose(read: Reader, lines: Sequence[FiledRecord]) -> Content:
            nonlocal lost
            leases, before = self._lease_files.still_held(read, self._held, _now()), []
            lost = len(leases) < len(self._held)
            if lost:
                lines = [late(each, self._recorder.run) for each in lines]
            if not self._held:
                leases = self._orphans(read)
                before = list(self._settled(seen, leases, read, lines))
            every = [*before, *lines]
            tickets = len({each.record.ticket for each in every})
            released = self._lease_files.released(leases, self._receipts_of(seen), _now())
            return Content(
                every,
                {**released, **self._consents(seen, read)},
                lambda count: record_message(self._recorder.run, count, tickets, reconciled),
            )

        done = record(
            self._options.repo,
            entries,
            self._recorder.remote,
            self._options.now,
            compose=compose,
            believed=self._tip,
            keyring=self._recorder.keyring,
            reconciled=reconciled if self._recorded else "",
        )
        report(done)
        if self._recorded and reconciled:
            note_reconciled(self._options.repo, reconciled)
        if lost:
            print_to_stderr(
                f"another run took the lease of {', '.join(self._held)} from this one. What this "
                "run did is marked late on the branch audit. The next run continues."
            )
        return Finished(complete=not done.problem and not lost)

    def _consents(self, seen: PlannedRun, read: Reader) -> Mapping[str, bytes]:
        """The files about merged pull requests, with what this run read anew."""
        more = grown_by(seen.consent_lines, self._lease_files.keyring)
        old = read(sorted(more)) if more else {}
        return {path: old.get(path, b"") + lines for path, lines in more.items()}

    def _ask_patiently(self, seen: PlannedRun, intended: Intended, permit: Permit) -> Answer:
        """Whether the desks can be taken; if another run holds one, wait for a moment."""
        end = time.monotonic() + _PATIENCE
        for number in itertools.count():
            found = self._ask(seen, intended)
            if not isinstance(found, Held) or permit.is_stopped or time.monotonic() >= end:
                return found
            if number == 0:
                seen.progress.stage(f"Waiting for run {found.lease.run}")
            time.sleep(_PAUSES[min(number, len(_PAUSES) - 1)])
        raise AssertionError("it counts without end")

    def _ask(self, seen: PlannedRun, intended: Intended) -> Answer:
        found: Answer = Free()
        desks, before = tuple(intended), dict(self._held)

        def compose(read: Reader, kept: Sequence[FiledRecord]) -> Content | None:
            nonlocal found
            self._held = before
            now = _now()
            files = self._lease_files.read(read, desks, now)
            leases = {desk: each.lease for desk, each in files.items()}
            others = {desk: each for desk, each in files.items() if not self._is_mine(each)}
            found = answer(others, self._reading, self._place, now)
            if not isinstance(found, Held):
                self._refuse_if_older(each for each in leases.values() if each is not None)
            self._known = self._known.joined(known_receipts(leases.values()))
            if isinstance(found, Free):
                found = not_behind(found, leases.values(), seen.run.request.receipts, _read(seen))
            if not isinstance(found, Free):
                if isinstance(found, Stale):
                    self._reading = Reading(now, {**self._reading.known, **leases})
                return None
            mine = {
                desk: with_known(self._lease(seen, desk, now, each), self._known)
                for desk, each in intended.items()
            }
            self._held = {**before, **mine}
            lines = [*kept, *self._settled(seen, found.orphans, read, kept)]
            changes = sum(len(each.changes) for lease in mine.values() for each in lease.intents)
            return Content(
                lines,
                self._lease_files.content(mine.values()),
                lambda _: lease_message(self._recorder.run, desks, changes, self._files.revision),
            )

        done = record(
            self._options.repo,
            (),
            self._recorder.remote,
            self._options.now,
            compose=compose,
            keyring=self._recorder.keyring,
        )
        if done.problem:
            self._held = {}
            raise SetupError(
                f"the lease of {', '.join(desks)} can't be published: {done.problem}",
                "Nothing was changed. A run needs to push to the branch audit before it changes "
                "anything. In GitHub Actions, give the job `contents: write`.",
                passing=True,
            )
        if self._held:
            self._tip = done.commit
        return found

    def _is_mine(self, file: LeaseFile) -> bool:
        return file.lease is not None and file.lease.token == self._token

    def _refuse_if_older(self, leases: Iterable[Lease]) -> None:
        """Leave if another run has reconciled a later commit of main than is checked out here."""
        repo, mine, remote = self._options.repo, self._files.revision, self._recorder.remote
        for commit in {each.commit for each in leases} - {None, mine}:
            if commit is None or includes(repo, mine, commit):
                continue
            branch = self._files.snapshot.policy.default_branch
            main = main_tip(repo, branch, remote.name if remote else None)
            if remote is not None:
                main = remote_tip(remote, f"refs/heads/{branch}") or main
            if newer_on_main(repo, main, commit):
                raise OccupiedError(
                    f"Another run has reconciled commit {commit[:12]}, which is newer than this "
                    f"checkout. {_CONTINUES}"
                )

    def _lease(
        self, seen: PlannedRun, desk: str, now: datetime, intended: tuple[TicketIntents, ...]
    ) -> Lease:
        return Lease(
            desk=desk,
            run=self._recorder.run,
            token=self._token,
            place=self._place,
            commit=self._files.revision,
            at=self._options.now.astimezone(UTC).replace(microsecond=0),
            since=now,
            until=now + length(seen.budget.left()),
            recorded=self._recorded,
            intents=intended,
        )

    def _settled(
        self,
        seen: PlannedRun,
        orphans: Sequence[Lease],
        read: Reader,
        kept: Sequence[FiledRecord],
    ) -> Iterator[FiledRecord]:
        """The records of runs that ended before they wrote any."""
        again = ReadAgain(
            self._recorder.run,
            seen.run.plan,
            self._files.snapshot.roster,
            self._is_same,
            partial(_pull_request_now, seen),
        )
        sealed = partial(read.sealed_lines, keyring=self._lease_files.keyring)
        return settled_by_reading(orphans, read, sealed, kept, again)

    def _is_same(self, commit: str, file: str) -> bool:
        now = self._files.revision
        return commit == now or all(
            object_at(self._options.repo, commit, path) == object_at(self._options.repo, now, path)
            for path in (file, POLICY_PATH, ROSTER_PATH)
        )

    def _receipts_of(self, seen: PlannedRun) -> RunReceipts:
        """What the run knows of receipts at its end."""
        mine = seen.run.gateways.jira.receipts
        read = {ticket.key: counter_of(ticket) for ticket in _read(seen)}
        current = {*seen.run.observer.survey.visited, *self._files.open_tickets}
        return RunReceipts(self._known, read, mine.written, mine.unsure, current)

    def _orphans(self, read: Reader) -> tuple[Lease, ...]:
        """Leases that nobody released, of runs that had ended before this one read anything."""
        desks, reading = self._files.desks, self._reading
        return self._lease_files.orphans(read, desks, reading, self._place, _now())

    def _has_orphans(self) -> bool:
        return any(
            each is not None and over_before(each, self._reading, self._place)
            for each in self._reading.known.values()
        )

    def _known_leases(self) -> Mapping[str, Lease | None]:
        """The leases as this clone knows them, without asking the remote."""
        if not self._publishes:
            return {}
        repo, remote = self._options.repo, self._recorder.remote
        tip = known_tip(repo, remote.name if remote else None)
        found = self._lease_files.read(partial(read_files, repo, tip), self._files.desks, _now())
        return {desk: each.lease for desk, each in found.items()}

    def _kept_receipts(self) -> KnownReceipts:
        """The counters that this clone saw last, whatever was put back on the branch since."""
        seen = known_commit(self._options.repo, SEEN) if self._publishes else None
        files = LeaseFiles(self._lease_files.keyring, lambda _: None)
        read = partial(read_files, self._options.repo, seen)
        found = files.read(read, self._files.desks, _now())
        return KnownReceipts(known_receipts(each.lease for each in found.values()).written)


@contextmanager
def run_lease(
    options: Options, files: Files, recorder: Recorder | None, audit_remote: str | None
) -> Iterator[RunLease]:
    """A run's lease, with the local lock of its desks. Raises OccupiedError."""
    recorded = recorder is not None
    known = recorder
    if known is None:
        remote = audit_remote_of(options.repo, audit_remote) if files.revision else None
        known = Recorder(options, files, remote, run_id())
    desks = ", ".join(files.desks)

    def waiting(holder: str) -> None:
        print_to_stderr(f"waiting for another run{_named(holder)} on this machine")

    try:
        with local_lock(
            options.repo, files.desks, known.run, _now(), patience=_PATIENCE, waiting=waiting
        ) as lock:
            yield RunLease(options, files, known, recorded=recorded, place=lock.place)
    except LockedError as locked:
        raise OccupiedError(
            f"Another run{_named(str(locked))} on this machine is changing {desks}. {_CONTINUES}"
        ) from locked


def _pull_request_now(seen: PlannedRun, name: str) -> PullRequest | None:
    """A pull request that an earlier run may have merged; None if it can't be read."""
    if seen.connected is None:
        return None
    try:
        return seen.connected.forge.pull_request(name.removeprefix("#"))
    except ServiceError:
        return None


def _read(seen: PlannedRun) -> Collection[Ticket]:
    """The tickets that a run has read."""
    return seen.run.observer.survey.tickets.values()


def _named(holder: str) -> str:
    return f" ({holder})" if holder else ""


def _occupied(lease: Lease) -> str:
    since, until = (f"{each.astimezone(UTC):%H:%M} UTC" for each in (lease.since, lease.until))
    return (
        f"Another run ({lease.run}) is changing {lease.desk} since {since}; "
        f"it ends by {until}. {_CONTINUES}"
    )


def _now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)
