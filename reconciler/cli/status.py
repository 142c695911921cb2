"""`escalate status`: every escalation, and how many more each desk can accept."""

from contextlib import suppress
from datetime import UTC, datetime

import click

from reconciler.cli.exits import Exit
from reconciler.cli.failure_reports import WORKFLOW
from reconciler.cli.files import read_files
from reconciler.cli.options import Options
from reconciler.cli.output_format import ALL, OutputFormat, format_option
from reconciler.cli.planned_run import PlannedRun, planned_run
from reconciler.cli.reconcile import print_diagnostics, reconciling
from reconciler.history.admit_if_merged import of_folder
from reconciler.history.remaining_capacity import remaining_capacity
from reconciler.model.change import EscalationPlan
from reconciler.model.phase import Phase
from reconciler.model.standing import HELD, IN_SYNC, WAITS, DeskCapacity, Standing, Status
from reconciler.reconcile.effective import EffectiveEscalation
from reconciler.render.console import emit, write, write_json
from reconciler.render.status import status_table
from reconciler.render.status_data import status_csv, status_markdown
from reconciler.services.errors import ServiceError
from reconciler.services.git.run_log import known_runs


@click.command()
@click.option("--all", "everything", is_flag=True, help="Also show escalations that have ended.")
@reconciling
@format_option(*ALL, former=(OutputFormat.JSON,))
def status(options: Options, *, everything: bool, style: OutputFormat) -> int:
    """Show all escalations and how many more each desk can accept.

    An escalation that has ended is shown only while `apply` still has changes for it. To show all
    that have ended, use --all.
    """
    files = read_files(options)
    with planned_run(options, files) as seen:
        found = _status(options, seen, everything=everything)
        found = found.model_copy(update={"last_good_run": _last_good_run(options, seen)})
    _print(found, style)
    print_diagnostics(seen.run.plan.diagnostics)
    return Exit.PARTIAL if seen.run.observer.survey.absent else Exit.FINE


def _print(found: Status, style: OutputFormat) -> None:
    if style is OutputFormat.JSON:
        write_json(found)
    elif style is OutputFormat.MARKDOWN:
        write(status_markdown(found))
    elif style is OutputFormat.CSV:
        write(status_csv(found))
    else:
        emit(status_table(found))


def _last_good_run(options: Options, seen: PlannedRun) -> datetime | None:
    """By GitHub where the workflow runs, else by this clone; None if neither knows."""
    known = known_runs(options.repo).last_good
    if seen.connected is not None:
        with suppress(ServiceError):  # the token may not read it
            known = seen.connected.forge.run_history(WORKFLOW).last_good or known
    return known.astimezone(UTC) if known else None


def _status(options: Options, seen: PlannedRun, *, everything: bool) -> Status:
    escalations = {effective.escalation.ticket: effective for effective in seen.answers.escalations}
    plan = seen.run.plan
    standings = [
        _standing(each, seen, escalations[each.ticket])
        for each in plan.escalations
        if everything or not each.phase.ended or each.changes or each.problems
    ]
    standings += [_proposed(each) for each in plan.pull_requests if not each.phase.ended]
    return Status(at=options.now, escalations=tuple(standings), desks=tuple(_desks(options, seen)))


def _standing(each: EscalationPlan, seen: PlannedRun, effective: EffectiveEscalation) -> Standing:
    assignee = effective.escalation.current.assignee
    admission = seen.answers.admissions.by_ticket.get(each.ticket)
    arrival = seen.files.arrivals.get(each.path)
    since = admission.since if admission else arrival.at if arrival else None
    return Standing(
        ticket=each.ticket,
        title=each.title,
        phase=each.phase,
        arrived=since,
        assignee=seen.files.snapshot.roster.name(assignee) if assignee else None,
        channel=each.channel if each.channel_id else "",
        sync=_sync(each, _waits(effective), seen.run.observer.survey.absent),
        notes=tuple(notice.message for notice in each.notices),
    )


def _proposed(each: EscalationPlan) -> Standing:
    return Standing(
        ticket=each.ticket,
        title=each.title,
        phase=each.phase,
        arrived=None,
        assignee=None,
        channel="",
        sync=_sync(each),
        notes=(f"proposed in {each.pull_request}",),
    )


def _waits(effective: EffectiveEscalation) -> str:
    """The state of one that the limits keep from being as its file says; empty for all others."""
    if effective.phase is Phase.HELD:
        return HELD
    return WAITS if effective.waits else ""


def _sync(each: EscalationPlan, waits: str = "", absent: str = "") -> str:
    """The state in a word or two; `waits` when there is nothing to do but to wait.

    `absent` is a service that could not be read.
    """
    if each.problems:
        return f"{len(each.problems)} to fix"
    if each.changes:
        drifted = any(change.why == "drift" for change in each.changes)
        return f"{len(each.changes)} {'drifted' if drifted else 'to do'}"
    return f"{absent} not read" if absent else waits or IN_SYNC


def _desks(options: Options, seen: PlannedRun) -> list[DeskCapacity]:
    snapshot = seen.files.snapshot
    policy, admitted = snapshot.policy, seen.admissions
    if admitted is None:
        admitted = of_folder(snapshot, options.now)
    return [
        DeskCapacity(
            desk=key,
            name=policy.desks[key].name,
            **remaining_capacity(policy, key, admitted)._asdict(),
        )
        for key in seen.files.desks
    ]
