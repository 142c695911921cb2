"""`escalate run`: what the workflow's job does, again and again on a machine of one's own."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import click

from reconciler.cli.apply import ApplyOptions, apply_once
from reconciler.cli.exits import Exit
from reconciler.cli.failure_causes import reporting_failures
from reconciler.cli.failure_reports import FailureReports
from reconciler.cli.garbage_collection import reading
from reconciler.cli.main_branch import main_branch, time_zone
from reconciler.cli.options import (
    DurationParam,
    Options,
    budget_option,
    desk_option,
    forge_option,
    repo_option,
    workers_option,
)
from reconciler.cli.reconcile import reporting_errors
from reconciler.cli.record_run import audit_remote_of, print_to_stderr
from reconciler.cli.stop_signals import SIGNALS, StopRequested, stop_signals
from reconciler.services.environment import variables
from reconciler.services.git.command import GitProblem
from reconciler.services.git.main_checkout import update_main_checkout
from reconciler.services.settings import ForgeKind, read_settings

_LEAST_PAUSE: Final = 1.0
_THOROUGH_HOUR: Final = 3
"""The hour, in the policy's time zone, from which the first run of a day is thorough."""


@click.command()
@click.option(
    "--every",
    type=DurationParam(),
    default="5m",
    show_default=True,
    metavar="TIME",
    help="Time from the start of a run to the start of the next, such as 5m.",
)
@repo_option
@forge_option(
    "Where pull requests are: github; git (branches escalate/* of the remote origin); or none."
)
@desk_option
@workers_option
@budget_option
@click.option(
    "--audit-remote",
    metavar="NAME",
    help="The remote with main and with the audit branch. Default: origin.",
)
@reporting_errors
def run(  # noqa: PLR0913 - click passes the options by name
    *,
    every: float,
    repo: Path,
    forge: str,
    desks: tuple[str, ...],
    workers: int,
    budget: float | None,
    audit_remote: str | None,
) -> int:
    """Apply the main branch again and again, on a machine of your own.

    Each run fetches the main branch from the remote. It then does the same as `escalate apply` with
    --comment, --statuses, --record and --report-failures. The first run after 3:00 in the policy's
    time zone is thorough. Files that are checked out in the folder are neither read nor changed.

    SIGTERM or SIGINT ends the command with status 0. A run that is under way ends between two
    changes. A run that fails does not end the command. Runs of GitHub Actions may take place at
    the same time.
    """
    read_settings(variables())  # a missing variable ends the command before the first run
    options = Options(
        repo,
        datetime.now(UTC),
        thorough=False,
        workers=workers,
        forge=ForgeKind(forge),
        desks=desks,
        budget=budget,
        has_files=False,
    )
    rounds = Rounds(options, audit_remote)
    with _stopping() as stopped:
        while not stopped.is_set():
            began = time.monotonic()
            status = rounds.run()
            if status in {128 + each for each in SIGNALS}:
                break
            stopped.wait(max(_LEAST_PAUSE, every - (time.monotonic() - began)))
    return Exit.FINE


@dataclass
class Rounds:
    """Runs on the tip of main, one after the other."""

    options: Options
    audit_remote: str | None
    day: date | None = None
    """The day of the latest run. A day begins at 3:00 in the policy's time zone."""

    def run(self) -> int:
        """One run; its exit status."""
        with stop_signals() as signals:
            try:
                status = reporting_errors(self._run)()
            except StopRequested:
                return signals.status
        status = signals.status_or(status)
        if status not in {Exit.FINE, *(128 + each for each in SIGNALS)}:
            print_to_stderr(f"this run ended with status {int(status)}. The next run continues.")
        return status

    def _run(self) -> int:
        repo = self.options.repo
        remote = audit_remote_of(repo, self.audit_remote)
        if remote is None:
            raise GitProblem(f"{repo} has no remote origin. Clone the repository, and give it.")
        reports = FailureReports(replace(self.options, now=datetime.now(UTC)), self.audit_remote)
        with reporting_failures(reports):
            folder = update_main_checkout(remote, main_branch(repo))
        now = datetime.now(UTC)
        thorough = self.begins_day(now.astimezone(time_zone(folder)))
        options = replace(self.options, repo=folder, now=now, thorough=thorough)
        asked = ApplyOptions(
            comments=True,
            statuses=True,
            recorded=True,
            audit_remote=self.audit_remote,
            reports_failures=True,
        )
        with reading():
            return apply_once(options, asked)

    def begins_day(self, local: datetime) -> bool:
        """True for the first run of a day, but not for the first run of all."""
        before, self.day = self.day, (local - timedelta(hours=_THOROUGH_HOUR)).date()
        return before not in {None, self.day}


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set between two runs. During a run, the run handles them."""
    stopped = threading.Event()
    before = {each: signal.signal(each, lambda *_: stopped.set()) for each in SIGNALS}
    try:
        yield stopped
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
