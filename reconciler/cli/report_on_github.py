"""A failed run on GitHub: a comment on each pull request that was not announced, and one issue."""

import os
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from reconciler.cli.options import Options
from reconciler.cli.record_run import print_to_stderr
from reconciler.model.standstill import FailureCause
from reconciler.pull_requests.acknowledgement_status import desks_of
from reconciler.pull_requests.open import Main, Opened, read_open
from reconciler.render.standstill import (
    LABEL,
    MARKER,
    NOTICE,
    TITLE,
    after_failure,
    closed_text,
    issue_text,
    not_called,
    numbers_in,
)
from reconciler.services.connect_forge import ConnectedForge
from reconciler.services.environment import variables
from reconciler.services.errors import ServiceError, SetupError
from reconciler.services.git.remote import choose_remote
from reconciler.services.github.kept_issue import FoundIssue, KeptIssue
from reconciler.services.github.pull_requests import GitHub
from reconciler.services.github.wire import GitHubWire
from reconciler.services.retry import RetryPolicy
from reconciler.services.settings import (
    ForgeKind,
    GitHubSettings,
    read_forge_settings,
    read_timeout,
)
from reconciler.services.time_budget import TimeBudget

_ATTEMPTS: Final = 3
_SWITCHED_OFF: Final = "410"
"""GitHub's answer if a repository has no issues."""
_SECONDS: Final = 120.0
_WAITING: Final = 20.0


@dataclass(frozen=True)
class GitHubConnection:
    """GitHub for a report, with connections and a time budget of its own."""

    forge: GitHub
    issue: KeptIssue
    settings: GitHubSettings


def report_retries() -> RetryPolicy:
    """A report takes little time: the run's own may be used up."""
    return RetryPolicy(_ATTEMPTS, TimeBudget(_SECONDS, _WAITING))


@contextmanager
def connect_github(branch: str) -> Iterator[GitHubConnection | None]:
    """GitHub for as long as the context lasts; None where it is not set up."""
    try:
        _, settings = read_forge_settings(variables(), ForgeKind.AUTO)
        timeout = read_timeout(variables())
    except SetupError:
        settings = None
    if settings is None:
        yield None
        return
    with closing(GitHubWire(settings, timeout, report_retries())) as wire:
        forge = GitHub(wire, settings, branch)
        yield GitHubConnection(forge, KeptIssue(wire, settings, forge, LABEL, MARKER), settings)


@dataclass(frozen=True)
class FailureReportOnGitHub:
    """The report of one failed run, and how a good run takes it back."""

    github: GitHubConnection
    options: Options
    causes: Sequence[FailureCause]
    last_good: datetime | None

    def publish(self, main: Main | None) -> str:
        """Comment and keep the issue open; the issue's address, empty if there is none.

        Raises ServiceError if a comment can't be written.
        """
        unannounced = self._listed(main)
        issue = self._keep_issue([each.pull_request.id for each in unannounced])
        snapshot = main.loaded.snapshot if main is not None else None
        if snapshot is not None:
            policy, roster = snapshot.policy, snapshot.roster
            link = f"#{issue.number}" if issue else ""
            for each in unannounced:
                desks = [policy.desks[key] for key in sorted(desks_of(each)) if key in policy.desks]
                notice = not_called(self.causes, desks, roster, link)
                self.github.forge.comment(each.pull_request.id, NOTICE, notice)
        return issue.url if issue else ""

    def take_back(self) -> bool:
        """Change the comments, and close the issue. Raises ServiceError."""
        issue = self._found()
        named = numbers_in(issue.body) if issue is not None and issue.open else ()
        opened = (each.id for each in self.github.forge.pull_requests())
        for each in dict.fromkeys([*named, *opened]):
            self.github.forge.edit_comment(each, NOTICE, after_failure())
        if issue is not None and issue.open:
            self.github.issue.close(closed_text(self.options.now))
        return True

    def _keep_issue(self, unannounced: Sequence[str]) -> FoundIssue | None:
        """The issue; None if it can't be kept, so that the comments are written without it."""
        try:
            before = self.github.issue.find()
            named = numbers_in(before.body) if before is not None and before.open else ()
            numbers = dict.fromkeys([*named, *unannounced])
            where = _workflow(self.github.settings)
            text = issue_text(self.causes, self.last_good, where, numbers)
            return self.github.issue.keep_open(TITLE, text)
        except ServiceError as error:
            print_to_stderr(f"the failure can't be reported in an issue: {error}")
            return None

    def _found(self) -> FoundIssue | None:
        try:
            return self.github.issue.find()
        except ServiceError as error:
            if error.code != _SWITCHED_OFF:
                raise
            return None

    def _listed(self, main: Main | None) -> list[Opened]:
        """Those of `_unannounced`; none if GitHub does not list pull requests now."""
        try:
            return list(self._unannounced(main)) if main is not None else []
        except ServiceError as error:
            print_to_stderr(f"no pull request can be commented on: {error}")
            return []

    def _unannounced(self, main: Main) -> Iterator[Opened]:
        """Open pull requests that escalate and that became ready after the last good run."""
        snapshot = main.loaded.snapshot
        if snapshot is None:
            return
        remote = choose_remote(main.repo, None, self.github.settings)
        for each in read_open(main, ConnectedForge(self.github.forge, remote)):
            known = desks_of(each) & snapshot.policy.desks.keys()
            if known and not each.pull_request.draft and self._is_new(each):
                yield each

    def _is_new(self, opened: Opened) -> bool:
        ready = self.github.forge.conversation(opened.pull_request).ready_at
        return self.last_good is None or ready is None or ready >= self.last_good


def _workflow(settings: GitHubSettings) -> str:
    """Where the log is: a page that is the same for each run, or the machine."""
    if "GITHUB_RUN_ID" in os.environ:
        return f"Logs: {settings.server}/{settings.repository}/actions/workflows/reconcile.yml"
    return "These runs are not in GitHub Actions. Read the log of the machine that runs them."
