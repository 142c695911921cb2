"""`escalate apply`: change Jira and Slack to match the files."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import click
from pydantic import ValidationError

from reconciler.cli.comments import publish
from reconciler.cli.exits import Exit
from reconciler.cli.failure_causes import causes_of, reporting_failures, unsafe_causes
from reconciler.cli.failure_reports import FailureReports
from reconciler.cli.files import read_files
from reconciler.cli.lease import OccupiedError, RunLease, run_lease
from reconciler.cli.lease_end import Finished
from reconciler.cli.merging import AfterMerges, after_merges, merge_agreed
from reconciler.cli.options import Options, append_summary, summary_option
from reconciler.cli.output_format import ALL, OutputFormat, format_option
from reconciler.cli.planned_run import PlannedRun, planned_run
from reconciler.cli.reconcile import print_diagnostics, reconciling, refuse, show
from reconciler.cli.record_run import (
    print_to_stderr,
    recorder,
    recording_options,
    refuse_other_history,
)
from reconciler.cli.statuses import keep_statuses
from reconciler.cli.stop_signals import StopRequested, StopSignals, stop_signals
from reconciler.model.change import Plan
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.outcome import Outcome, Result
from reconciler.model.policy import Safety
from reconciler.model.standstill import FailureCause
from reconciler.pull_requests.merge_report import MergeReport
from reconciler.reconcile.engine.apply import apply as carry_out
from reconciler.reconcile.engine.budget import Budget
from reconciler.reconcile.engine.permit import Permit
from reconciler.reconcile.engine.request import Run
from reconciler.reconcile.safety import empty, moved, refusals
from reconciler.render.console import write, write_json
from reconciler.render.escape import terminal
from reconciler.render.outcomes import outcome_table
from reconciler.render.plan_data import apply_output, outcome_sheet
from reconciler.render.plan_text import plan_text
from reconciler.render.run_markdown import run_markdown
from reconciler.render.sheet import sheet_csv

_ATTEMPTS: Final = 4
"""How often a run begins again because it merged something, or because main moved meanwhile."""


@dataclass(frozen=True)
class ApplyOptions:
    """What one run is asked to do, beside the options that every reconciling command has."""

    file: Path | None = None
    caps: tuple[str, ...] = ()
    style: OutputFormat = OutputFormat.TEXT
    comments: bool = False
    statuses: bool = False
    summary: Path | None = None
    recorded: bool = False
    audit_remote: str | None = None
    reports_failures: bool = False
    merges: MergeReport | None = None
    """What this run has merged already; None if it may merge."""


@click.command()
@click.argument(
    "file", type=click.Path(path_type=Path, dir_okay=False, exists=True), required=False
)
@click.option(
    "--cap",
    "caps",
    multiple=True,
    metavar="NAME=N",
    help="Allow more changes of one kind in this run than `safety` in the policy, such as "
    "archives=20.",
)
@format_option(*ALL, former=(OutputFormat.JSON,))
@click.option(
    "--comment",
    "comments",
    is_flag=True,
    help="Write a comment on each open pull request with what merging it would change, and "
    "update it each run.",
)
@click.option(
    "--statuses",
    is_flag=True,
    help="Set the commit status escalations/ack on each open pull request where it differs.",
)
@click.option(
    "--report-failures",
    "reports_failures",
    is_flag=True,
    help="If the run fails, report it on pull requests, in an issue and in Slack. The next good "
    "run takes that back.",
)
@summary_option
@recording_options
@reconciling
def apply(  # noqa: PLR0913 - click passes the options by name
    options: Options,
    *,
    file: Path | None,
    caps: tuple[str, ...],
    style: OutputFormat,
    comments: bool,
    statuses: bool,
    reports_failures: bool,
    summary: Path | None,
    recorded: bool,
    audit_remote: str | None,
) -> int:
    """Change Jira and Slack to match the files.

    With FILE, a plan saved by `escalate plan --out FILE`, only that plan is applied. If a new
    plan would differ from it, nothing is changed and the exit status is 5.

    If the policy has `merge: when-agreed`, a run with --record first merges the open pull requests
    that are agreed. It then applies the main branch that has them. With FILE, nothing is merged.
    """
    asked = ApplyOptions(
        file, caps, style=style, comments=comments, statuses=statuses, summary=summary,
        recorded=recorded, audit_remote=audit_remote,
        reports_failures=reports_failures,
    )  # fmt: skip
    return apply_once(options, asked)


def apply_once(options: Options, asked: ApplyOptions) -> int:
    """One run; its exit status. A failed one is reported, if that is asked for."""
    if not asked.reports_failures:
        return _apply(options, asked).status
    reports = FailureReports(options, asked.audit_remote)
    with reporting_failures(reports):
        ended = _apply(options, asked)
    if ended.causes:
        reports.failed(ended.causes)
    elif ended.is_whole:
        reports.succeeded()
    return ended.status


@dataclass(frozen=True)
class EndedRun:
    """How a run ended that did not raise."""

    status: int
    causes: tuple[FailureCause, ...] = ()
    """Why people must do by hand what the run could not do."""
    is_whole: bool = True
    """False if it left its work to another run."""


def _apply(options: Options, asked: ApplyOptions) -> EndedRun:
    """One run, which begins again on the new main branch if it has merged anything."""
    for left in reversed(range(_ATTEMPTS)):
        ended = _attempt(options, asked)
        if isinstance(ended, EndedRun):
            return ended
        # The last attempt merges nothing, so that it comes to an end.
        report = ended.report if left > 1 or ended.report else MergeReport()
        options, asked = ended.options, replace(asked, merges=report)
    raise AssertionError("the last attempt merges nothing")


def _attempt(options: Options, asked: ApplyOptions) -> EndedRun | AfterMerges:
    saved = _read_plan(asked.file) if asked.file is not None else None
    files = read_files(options, committed=asked.recorded)
    refuse_other_history(files, asked.audit_remote)
    allowed = _raised(files.snapshot.policy.safety, asked.caps)
    writer = recorder(options, files, recorded=asked.recorded, audit_remote=asked.audit_remote)
    if saved is not None:
        options = replace(options, thorough=saved.thorough)
    permit = Permit()
    with stop_signals() as signals:
        try:
            with (
                run_lease(options, files, writer, asked.audit_remote) as lease,
                planned_run(
                    options,
                    files,
                    previews=asked.comments,
                    found=lease.remote,
                    receipts=lease.receipts,
                ) as planned,
            ):
                signals.defer_to(permit.stop)
                first = replace(planned, merges=asked.merges or MergeReport())
                if asked.merges is None and saved is None and asked.recorded:
                    first = merge_agreed(first, lease, permit, allowed.merges)
                    if first.merges.merged or first.merges.is_outdated:
                        after = after_merges(first, lease, options)
                        return _stopped(signals) if signals.received else after
                seen = lease.take(first, lambda each: _refused(each.run, allowed, saved), permit)
                if isinstance(seen, int):
                    return EndedRun(signals.status_or(seen), unsafe_causes(seen))
                seen = replace(seen, merges=first.merges)
                done = _carried_out(seen, lease, asked, Budget(allowed), permit)
        except OccupiedError as occupied:
            left = _leave(str(occupied), asked.summary)
            return EndedRun(signals.status_or(left), is_whole=False)
        except StopRequested:
            _leave(f"{signals.reason}. Nothing was changed.", asked.summary)
            return EndedRun(signals.status, is_whole=False)
    _tell(done, asked)
    if signals.received:
        print_to_stderr(f"{signals.reason}. {_what_was_done(done.outcomes, done.finished)}")
        return EndedRun(signals.status, is_whole=False)
    bad = done.is_partial or done.seen.run.plan.problems or files.broken
    return EndedRun(Exit.PARTIAL if bad else Exit.FINE, causes_of(done.seen))


@dataclass(frozen=True)
class _Done:
    """What a run did."""

    seen: PlannedRun
    outcomes: tuple[Outcome, ...]
    finished: Finished
    untold: tuple[Diagnostic, ...]

    @property
    def is_partial(self) -> bool:
        """True if anything that was tried is not done."""
        bad = any(each.result is not Result.DONE for each in self.outcomes)
        return bad or bool(self.untold) or not self.finished.complete


def _carried_out(
    seen: PlannedRun, lease: RunLease, asked: ApplyOptions, budget: Budget, permit: Permit
) -> _Done:
    """Carry the plan out, record that, and keep comments and statuses up to date."""
    if asked.style is OutputFormat.TEXT:
        show(plan_text(seen.run.plan))
    outcomes = carry_out(seen.run, seen.progress, budget, permit)
    if asked.recorded:
        seen.progress.stage("Recording")
    finished = lease.finish(seen, outcomes)
    untold = seen.merges.failed
    if not permit.is_lost and not permit.is_stopped:
        untold += publish(seen, outcomes) if asked.comments else ()
    if not permit.is_lost and not permit.is_stopped:
        untold += keep_statuses(seen) if asked.statuses else ()
    return _Done(seen, outcomes, finished, untold)


def _tell(done: _Done, asked: ApplyOptions) -> None:
    plan, merges = done.seen.run.plan, done.seen.merges
    _print(done, asked.style)
    print_diagnostics(done.untold)
    if asked.summary is not None:
        text = run_markdown(plan, done.outcomes, done.untold, merges.lines)
        append_summary(asked.summary, text)


def _stopped(signals: StopSignals) -> EndedRun:
    """A run that was asked to stop after it had merged something."""
    print_to_stderr(f"{signals.reason}. The next run continues.")
    return EndedRun(signals.status, is_whole=False)


def _what_was_done(outcomes: Sequence[Outcome], finished: Finished) -> str:
    """How far a run came that was asked to stop."""
    done = sum(each.result is Result.DONE for each in outcomes)
    recorded = "" if finished.complete else ", and could not record them"
    return f"It made {done} of {len(outcomes)} changes{recorded}. The next run continues."


def _leave(message: str, summary: Path | None) -> int:
    """End without a change, because another run makes the changes."""
    print_to_stderr(message)
    if summary is not None:
        append_summary(summary, f"{message}\n")
    return Exit.FINE


def _read_plan(file: Path) -> Plan:
    try:
        return Plan.model_validate_json(file.read_bytes())
    except (ValidationError, OSError) as error:
        raise click.UsageError(
            f"{file} is not a plan of this version. Make one: escalate plan --out {file}"
        ) from error


def _raised(safety: Safety, caps: Sequence[str]) -> Safety:
    raised = safety.model_dump()
    for each in caps:
        name, _, number = each.partition("=")
        if name not in raised or not number.isdecimal():
            names = ", ".join(raised)
            raise click.UsageError(f"--cap {each}: give NAME=N with a NAME of {names}")
        raised[name] = int(number)
    return Safety.model_validate(raised)


def _refused(run: Run, allowed: Safety, saved: Plan | None) -> int | None:
    """The exit status when the plan must not be applied."""
    if saved is not None and (differences := moved(saved, run.plan)):
        return refuse(
            Exit.STALE,
            f"the saved plan is out of date: {'; '.join(differences)}",
            "Nothing was changed. Make a new plan and read it.",
        )
    unsafe = refusals(run.plan, allowed)
    if nothing := empty(len(run.request.declared), run.observer.survey.live_tickets()):
        unsafe.append(nothing)
    if unsafe:
        message = "; ".join(each.message for each in unsafe)
        return refuse(Exit.UNSAFE, message, " ".join(each.remedy for each in unsafe))
    return None


def _print(done: _Done, style: OutputFormat) -> None:
    plan, outcomes, merges = done.seen.run.plan, done.outcomes, done.seen.merges.lines
    if style is OutputFormat.JSON:
        write_json(apply_output(plan, outcomes, merges))
    elif style is OutputFormat.MARKDOWN:
        write(run_markdown(plan, outcomes, done.untold, merges))
    elif style is OutputFormat.CSV:
        write(sheet_csv(outcome_sheet(outcomes)))
    else:
        _print_text(plan, outcomes, merges)


def _print_text(plan: Plan, outcomes: Sequence[Outcome], merges: Sequence[str]) -> None:
    if outcomes or plan.problems:
        show("")
        show(outcome_table(plan, outcomes))
    for line in merges:
        show(terminal(line))
