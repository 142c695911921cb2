"""`--report-failures`: a failed run is seen where people look, and a good run takes that back.

docs/how-to/when-runs-fail.md tells what is seen where. Nothing here changes how a run ends: what
can't be reported is printed.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeVar

from reconciler.cli.options import Options
from reconciler.cli.record_run import audit_remote_of, print_to_stderr
from reconciler.cli.report_in_slack import report_in_slack, take_back_in_slack
from reconciler.cli.report_on_github import FailureReportOnGitHub, GitHubConnection, connect_github
from reconciler.load.snapshot import load_snapshot
from reconciler.model.policy import TimeLimits
from reconciler.model.standstill import FailureCause, RunHistory, must_be_reported
from reconciler.pull_requests.open import Main
from reconciler.services.errors import ServiceError, SetupError
from reconciler.services.git.command import GitProblem
from reconciler.services.git.commits import head_commit
from reconciler.services.git.committed_files import read_revision
from reconciler.services.git.run_log import known_runs, note_run
from reconciler.services.git.standstill_branch import is_marked, mark, unmark

WORKFLOW: Final = "reconcile.yml"
T = TypeVar("T")
_PROBLEMS: Final = (ServiceError, SetupError, GitProblem)


@dataclass(frozen=True)
class FailureReports:
    """What people see of the failed runs of a repository."""

    options: Options
    audit_remote: str | None

    def failed(self, causes: Sequence[FailureCause]) -> None:
        """Report a run that failed, unless the failure may be a short one."""
        repo, now = self.options.repo, self.options.now
        known = known_runs(repo)
        note_run(repo, RunHistory(known.last_good, known.failures + 1))
        main = self._main()
        policy = main.loaded.policy if main else None
        limits = policy.time if policy else TimeLimits()
        branch = policy.default_branch if policy else "main"
        with connect_github(branch) as github:
            history = self._history(github, known)
            after = timedelta(minutes=limits.report_after_minutes)
            if not must_be_reported(causes, history, now, after):
                print_to_stderr(
                    "this failure may pass, so people do not see it yet. The tool reports it if "
                    f"runs still fail {limits.report_after_minutes} minutes after the last good "
                    "run."
                )
                return
            url = ""
            if github is not None:
                report = FailureReportOnGitHub(github, self.options, causes, history.last_good)
                url = _tried("on GitHub", lambda: report.publish(main)) or ""
            _tried("on the branch escalate-standstill", self._mark)
        snapshot = main.loaded.snapshot if main else None
        if snapshot is not None:
            _tried("in Slack", lambda: report_in_slack(causes, snapshot, now, url))

    def succeeded(self) -> None:
        """Take back what was reported, if this clone knows that something was."""
        note_run(self.options.repo, RunHistory(self.options.now))
        if is_marked(self.options.repo, self.audit_remote or "origin"):
            self._take_back()

    def _take_back(self) -> None:
        main, now = self._main(), self.options.now
        snapshot = main.loaded.snapshot if main else None
        if snapshot is None:
            return
        done: list[object] = []
        with connect_github(snapshot.policy.default_branch) as github:
            if github is not None:
                report = FailureReportOnGitHub(github, self.options, (), None)
                done.append(_tried("on GitHub", report.take_back))
        done.append(_tried("in Slack", lambda: take_back_in_slack(snapshot, now)))
        if all(each is not None for each in done):  # else the next good run tries again
            _tried("on the branch escalate-standstill", self._unmark)

    def _history(self, github: GitHubConnection | None, known: RunHistory) -> RunHistory:
        """How the runs before ended. In Actions, each run has a new clone, so GitHub is asked."""
        if github is None or (known.last_good is not None and "GITHUB_RUN_ID" not in os.environ):
            return known
        return _tried("its history", lambda: github.forge.run_history(WORKFLOW)) or known

    def _main(self) -> Main | None:
        """The commit that is checked out; None if it can't be read."""
        repo = self.options.repo
        try:
            head = head_commit(repo)
            raws = read_revision(repo, head) if head else []
        except GitProblem:
            return None
        return Main(repo, head, raws, load_snapshot(raws), self.options.now) if head else None

    def _mark(self) -> None:
        remote = audit_remote_of(self.options.repo, self.audit_remote)
        head = head_commit(self.options.repo)
        if remote is not None and head is not None:
            mark(remote, head)

    def _unmark(self) -> None:
        remote = audit_remote_of(self.options.repo, self.audit_remote)
        if remote is not None:
            unmark(remote)


def _tried(where: str, report: Callable[[], T]) -> T | None:
    """What `report` returns; None, and a line, if it can't be done."""
    try:
        return report()
    except _PROBLEMS as error:
        print_to_stderr(f"the failure can't be reported {where}: {error}")
        return None
