"""The lease of a run: taken before its first change, released with what it did.

`audit.leases` decides who may change what. Here the audit branch is read and written.
"""

import itertools
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

from reconciler.audit.lease_receipts import known_receipts, not_behind, with_known
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
)
from reconciler.cli.files import Files
from reconciler.cli.lease_end import Finished, LeaseEnd
from reconciler.cli.lease_state import LeaseState, present, tickets_read
from reconciler.cli.options import Options
from reconciler.cli.planned_run import PlannedRun
from reconciler.cli.record_run import Recorder, audit_remote_of, print_to_stderr, run_id
from reconciler.cli.stop_signals import StopRequested
from reconciler.model.audit import FiledRecord
from reconciler.model.audit_branch import lease_message
from reconciler.model.known_receipts import KnownReceipts
from reconciler.model.lease import Lease, LeaseFile, TicketIntents
from reconciler.model.outcome import Outcome
from reconciler.reconcile.engine.permit import Permit
from reconciler.services.errors import SetupError
from reconciler.services.git.audit_branch import remote_tip
from reconciler.services.git.audit_write import Content, Reader, record
from reconciler.services.git.commits import includes
from reconciler.services.git.local_lock import LockedError, local_lock
from reconciler.services.git.main_line import main_tip, newer_on_main
from reconciler.services.git.remote import Remote

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


class RunLease:
    """What a run agrees with other runs, through the audit branch."""

    def __init__(
        self, options: Options, files: Files, recorder: Recorder, *, recorded: bool, place: str
    ) -> None:
        """Begin before anything is read of the services."""
        self._state = LeaseState(options, files, recorder, recorded=recorded, place=place)
        self._end = LeaseEnd(self._state)

    def receipts(self) -> KnownReceipts:
        """What is known of receipts, without asking the remote."""
        return self._state.known

    @property
    def run(self) -> str:
        """The id of the run."""
        return self._state.recorder.run

    @property
    def remote(self) -> Remote | None:
        """The remote with the audit branch."""
        return self._state.recorder.remote

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
            if not intended or not self._state.publishes:
                return seen
            found = self._ask_patiently(seen, intended, permit)
            if isinstance(found, Free):
                first = next(iter(self._state.held.values()))
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
        plan, roster = seen.run.plan, self._state.files.snapshot.roster
        year = self._state.options.now.year
        return {desk: intents(plan, desk, roster, year) for desk in changed_desks(plan)}

    def finish(self, seen: PlannedRun, outcomes: tuple[Outcome, ...]) -> Finished:
        """Record what the run did and release its leases, in one commit."""
        return self._end.finish(seen, outcomes)

    def finish_merges(self, seen: PlannedRun, entries: Sequence[FiledRecord]) -> Finished:
        """Record what the run merged, and release its leases. The plan is not carried out."""
        return self._end.finish_merges(seen, entries)

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
        asked = seen.run.request.receipts
        desks, before = tuple(intended), dict(self._state.held)

        def compose(read: Reader, kept: Sequence[FiledRecord]) -> Content | None:
            nonlocal found
            self._state.held = before
            now = present()
            files = self._state.lease_files.read(read, desks, now)
            leases = {desk: each.lease for desk, each in files.items()}
            others = {desk: each for desk, each in files.items() if not self._is_mine(each)}
            found = answer(others, self._state.reading, self._state.place, now)
            if not isinstance(found, Held):
                self._refuse_if_older(each for each in leases.values() if each is not None)
            self._state.known = self._state.known.joined(known_receipts(leases.values()))
            if isinstance(found, Free):
                found = not_behind(found, leases.values(), asked, tickets_read(seen))
            if not isinstance(found, Free):
                if isinstance(found, Stale):
                    self._state.reading = Reading(now, {**self._state.reading.known, **leases})
                return None
            mine = {
                desk: with_known(self._lease(seen, desk, now, each), self._state.known)
                for desk, each in intended.items()
            }
            self._state.held = {**before, **mine}
            lines = [*kept, *self._state.settled(seen, found.orphans, read, kept)]
            changes = sum(len(each.changes) for lease in mine.values() for each in lease.intents)
            return Content(
                lines,
                self._state.lease_files.content(mine.values()),
                lambda _: lease_message(self.run, desks, changes, self._state.files.revision),
            )

        done = record(
            self._state.options.repo,
            (),
            self._state.recorder.remote,
            self._state.options.now,
            compose=compose,
            keyring=self._state.recorder.keyring,
        )
        if done.problem:
            self._state.held = {}
            raise SetupError(
                f"the lease of {', '.join(desks)} can't be published: {done.problem}",
                "Nothing was changed. A run needs to push to the branch audit before it changes "
                "anything. In GitHub Actions, give the job `contents: write`.",
                passing=True,
            )
        if self._state.held:
            self._state.tip = done.commit
        return found

    def _is_mine(self, file: LeaseFile) -> bool:
        return file.lease is not None and file.lease.token == self._state.token

    def _refuse_if_older(self, leases: Iterable[Lease]) -> None:
        """Leave if another run has reconciled a later commit of main than is checked out here."""
        repo, mine, remote = self._state.options.repo, self._state.files.revision, self.remote
        for commit in {each.commit for each in leases} - {None, mine}:
            if commit is None or includes(repo, mine, commit):
                continue
            branch = self._state.files.snapshot.policy.default_branch
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
            run=self._state.recorder.run,
            token=self._state.token,
            place=self._state.place,
            commit=self._state.files.revision,
            at=self._state.options.now.astimezone(UTC).replace(microsecond=0),
            since=now,
            until=now + length(seen.budget.left()),
            recorded=self._state.recorded,
            intents=intended,
        )


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
            options.repo, files.desks, known.run, present(), patience=_PATIENCE, waiting=waiting
        ) as lock:
            yield RunLease(options, files, known, recorded=recorded, place=lock.place)
    except LockedError as locked:
        raise OccupiedError(
            f"Another run{_named(str(locked))} on this machine is changing {desks}. {_CONTINUES}"
        ) from locked


def _named(holder: str) -> str:
    return f" ({holder})" if holder else ""


def _occupied(lease: Lease) -> str:
    since, until = (f"{each.astimezone(UTC):%H:%M} UTC" for each in (lease.since, lease.until))
    return (
        f"Another run ({lease.run}) is changing {lease.desk} since {since}; "
        f"it ends by {until}. {_CONTINUES}"
    )
