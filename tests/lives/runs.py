"""Runs of the reconciler: what `escalate apply --record` does, from the same parts.

In this process, so that files and history are read once for a run and the plan that follows it; or
in one that can be killed.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from reconciler.cli.consents import consent_source, reviewing_by
from reconciler.cli.files import Files, read_files
from reconciler.cli.options import Options
from reconciler.cli.planned_run import PlannedRun, make_request
from reconciler.cli.record_run import recorder
from reconciler.model.outcome import Outcome, Result
from reconciler.pull_requests.gather import Answers, Question, ask
from reconciler.pull_requests.in_force import in_force
from reconciler.reconcile.engine.apply import apply
from reconciler.reconcile.engine.budget import Budget
from reconciler.reconcile.engine.plan_run import plan_run
from reconciler.reconcile.engine.progress import Silent
from reconciler.reconcile.engine.request import Run
from reconciler.reconcile.safety import empty, refusals
from reconciler.render.console import ShownProgress
from reconciler.services.connect import Gateways, connect
from reconciler.services.connect_forge import ConnectedForge, connect_forge
from reconciler.services.environment import variables
from reconciler.services.errors import SetupError
from reconciler.services.retry import RetryPolicy
from reconciler.services.settings import ForgeKind, Settings, read_settings
from reconciler.services.time_budget import TimeBudget, TimeSource


@dataclass(frozen=True)
class Worker:
    """Runs on the files of a folder at one moment."""

    options: Options
    files: Files
    settings: Settings
    gateways: Gateways
    connected: ConnectedForge | None

    def run(self) -> tuple[Outcome, ...]:
        """Apply and record; what keeps a run from beginning fails the test."""
        run = self.look()
        refused = refusals(run.plan, self.files.snapshot.policy.safety)
        nothing = empty(len(self.files.declared), run.observer.survey.live_tickets())
        assert not refused, refused
        assert nothing is None, nothing
        outcomes = apply(run, Silent(), Budget(self.files.snapshot.policy.safety))
        writer = recorder(self.options, self.files, recorded=True, audit_remote=None)
        assert writer is not None
        progress = ShownProgress(None)
        agreed, answers = self._asked()
        budget = TimeBudget()
        writer.record(
            PlannedRun(run, agreed, answers, None, progress, self.settings, budget), outcomes
        )
        return outcomes

    def left(self, *, thorough: bool) -> tuple[list[str], dict[str, set[str]]]:
        """What the next plan would do or complains of; what it tells that people have moved."""
        plan = self.look(thorough=thorough).plan
        found = [
            f"{each.ticket} {change.facet}: {change.before!r} -> {change.after!r} ({change.why})"
            for each in plan.blocks
            for change in each.changes
        ]
        found += [f"{each.ticket}: {it.message}" for each in plan.blocks for it in each.problems]
        told = {each.ticket: {it.facet for it in each.notices} - {"limits"} for each in plan.blocks}
        return found + [each.message for each in plan.notices], told

    def look(self, *, thorough: bool = False) -> Run:
        options = replace(self.options, thorough=thorough or self.options.thorough)
        agreed, answers = self._asked()
        request = make_request(options, agreed, self.settings, answers)
        return plan_run(request, self.gateways, Silent())

    def _asked(self) -> tuple[Files, Answers]:
        """The files as far as they are agreed, and what the forge says of what is proposed."""
        files = self.files
        assert files.timeline is not None
        consents = consent_source(
            files.main, files.timeline, self.connected, self.settings.jira.keyring
        )
        standing = in_force(files.main, files.timeline, consents)
        agreed = files.as_agreed(standing, self.options.desks)
        question = Question(
            desks=agreed.desks,
            jira_url=self.settings.jira.url,
            in_force=standing,
            reviewing=reviewing_by(
                agreed.snapshot, frozenset(agreed.desks), self.options.now, consents
            ),
        )
        return agreed, ask(question, self.connected)


@contextmanager
def working(options: Options) -> Iterator[Worker]:
    """Everything that a run needs; no pause is waited for."""
    files = read_files(options)
    assert files.findings == (), files.findings
    settings = read_settings(variables())
    retries = RetryPolicy(
        attempts=3, budget=TimeBudget(waiting=10.0, clock=TimeSource(sleep=lambda _: None))
    )
    kind = options.forge or ForgeKind.NONE
    connected = connect_forge(kind, None, options.repo, "main", settings.timeout, retries)
    with connected as forge, connect(settings, retries, 1) as gateways:
        yield Worker(options, files, settings, gateways, forge)


def options_of(
    folder: Path,
    now: datetime,
    desks: tuple[str, ...] = (),
    *,
    thorough: bool = False,
    forge: bool = False,
) -> Options:
    kind = ForgeKind.GIT if forge else ForgeKind.NONE
    return Options(folder, now, thorough, 1, desks=desks, forge=kind)


def converge(options: Options, *, deep: bool = False) -> tuple[list[str], dict[str, set[str]]]:
    """Run, expect success, and look again: what is left to do, for a thorough plan if `deep`."""
    with working(options) as worker:
        outcomes = worker.run()
        bad = [each for each in outcomes if each.result is not Result.DONE]
        assert bad == [], "\n".join(f"{it.ticket} {it.change.facet}: {it.answer}" for it in bad)
        left, told = worker.left(thorough=False)
        if deep and not options.thorough:
            left += worker.left(thorough=True)[0]
        return left, told


def try_to(options: Options) -> None:
    """A run in which something may go wrong."""
    with working(options) as worker:
        try:
            worker.run()
        except SetupError:
            return


def in_a_process(options: Options, env: dict[str, str]) -> None:
    """A run that somebody may kill at any moment."""
    os.environ.update(env)
    try_to(options)
