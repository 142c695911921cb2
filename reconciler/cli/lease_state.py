"""What a run knows of leases and receipts: its own, and those on the audit branch."""

import secrets
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

from reconciler.audit.lease_files import LeaseFiles, settled_by_reading
from reconciler.audit.lease_receipts import known_receipts
from reconciler.audit.leases import Reading
from reconciler.audit.settle import ReadAgain
from reconciler.cli.files import Files
from reconciler.cli.options import Options
from reconciler.cli.planned_run import PlannedRun
from reconciler.cli.record_run import Recorder, print_to_stderr
from reconciler.load.raw import POLICY_PATH, ROSTER_PATH
from reconciler.model.audit import FiledRecord
from reconciler.model.forge import PullRequest
from reconciler.model.known_receipts import KnownReceipts
from reconciler.model.lease import Lease
from reconciler.model.observed import Ticket
from reconciler.services.environment import variables
from reconciler.services.errors import ServiceError
from reconciler.services.git.audit_branch import SEEN, known_tip
from reconciler.services.git.audit_read import read_files
from reconciler.services.git.audit_write import Reader
from reconciler.services.git.commits import known_commit
from reconciler.services.git.committed_files import object_at
from reconciler.services.settings import read_settings


class LeaseState:
    """The leases of one run, and what it read on the audit branch."""

    def __init__(
        self, options: Options, files: Files, recorder: Recorder, *, recorded: bool, place: str
    ) -> None:
        """Begin before anything is read of the services."""
        self.options = options
        self.files = files
        self.recorder = recorder
        self.recorded = recorded
        self.place = place
        self.token = secrets.token_hex(16)
        self.publishes = bool(files.revision) and (recorded or recorder.remote is not None)
        self.held: dict[str, Lease] = {}
        keyring = read_settings(variables()).jira.keyring
        self.lease_files = LeaseFiles(keyring, print_to_stderr)
        self.tip: str | None = None
        self.reading = Reading(present(), self._known_leases())
        self.known = known_receipts(self.reading.known.values()).joined(self._kept_receipts())

    def settled(
        self,
        seen: PlannedRun,
        orphans: Sequence[Lease],
        read: Reader,
        kept: Sequence[FiledRecord],
    ) -> Iterator[FiledRecord]:
        """The records of runs that ended before they wrote any."""
        again = ReadAgain(
            self.recorder.run,
            seen.run.plan,
            self.files.snapshot.roster,
            self._is_same,
            partial(_pull_request_now, seen),
        )
        sealed = partial(read.sealed_lines, keyring=self.lease_files.keyring)
        return settled_by_reading(orphans, read, sealed, kept, again)

    def _is_same(self, commit: str, file: str) -> bool:
        now = self.files.revision
        return commit == now or all(
            object_at(self.options.repo, commit, path) == object_at(self.options.repo, now, path)
            for path in (file, POLICY_PATH, ROSTER_PATH)
        )

    def _known_leases(self) -> Mapping[str, Lease | None]:
        """The leases as this clone knows them, without asking the remote."""
        if not self.publishes:
            return {}
        repo, remote = self.options.repo, self.recorder.remote
        tip = known_tip(repo, remote.name if remote else None)
        found = self.lease_files.read(partial(read_files, repo, tip), self.files.desks, present())
        return {desk: each.lease for desk, each in found.items()}

    def _kept_receipts(self) -> KnownReceipts:
        """The counters that this clone saw last, whatever was put back on the branch since."""
        seen = known_commit(self.options.repo, SEEN) if self.publishes else None
        files = LeaseFiles(self.lease_files.keyring, lambda _: None)
        read = partial(read_files, self.options.repo, seen)
        found = files.read(read, self.files.desks, present())
        return KnownReceipts(known_receipts(each.lease for each in found.values()).written)


def _pull_request_now(seen: PlannedRun, name: str) -> PullRequest | None:
    """A pull request that an earlier run may have merged; None if it can't be read."""
    if seen.connected is None:
        return None
    try:
        return seen.connected.forge.pull_request(name.removeprefix("#"))
    except ServiceError:
        return None


def tickets_read(seen: PlannedRun) -> Collection[Ticket]:
    """The tickets that a run has read."""
    return seen.run.observer.survey.tickets.values()


def present() -> datetime:
    """The present time in UTC."""
    return datetime.fromtimestamp(time.time(), UTC)
