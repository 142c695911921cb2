"""`escalate status`: every escalation, and each desk's room."""

import click

from reconciler.cli.exits import Exit
from reconciler.cli.reconcile import Files, Options, looking, read_files, reconciling, show
from reconciler.desire.case import Case
from reconciler.judge.limits import Room, limits_of, room
from reconciler.model.change import EscalationPlan, Plan
from reconciler.model.standing import DeskRoom, Standing, Status
from reconciler.render.status import status_table
from reconciler.services.secrets import redact


@click.command()
@click.option("--all", "everything", is_flag=True, help="Also those that are over.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@reconciling
def status(options: Options, everything: bool, as_json: bool) -> int:  # noqa: FBT001
    """Show every escalation and each desk's room.

    Those that are over are left out, except while something about them is still to be done.
    """
    files = read_files(options)
    with looking(options, files) as (run, _):
        found = _status(options, files, run.plan, everything=everything)
    if as_json:
        click.echo(redact(found.model_dump_json(indent=2)))
    else:
        show(status_table(found))
    return Exit.FINE


def _status(options: Options, files: Files, plan: Plan, *, everything: bool) -> Status:
    cases = {case.escalation.ticket: case for case in files.cases}
    standings = [
        _standing(each, files, cases[each.ticket])
        for each in plan.escalations
        if everything or not each.phase.ended or each.changes or each.problems
    ]
    return Status(at=options.now, escalations=tuple(standings), desks=tuple(_desks(options, files)))


def _standing(each: EscalationPlan, files: Files, case: Case) -> Standing:
    assignee = case.escalation.current.assignee
    admission = files.admissions.by_ticket.get(each.ticket) if files.admissions else None
    arrival = files.arrivals.get(each.path)
    since = admission.since if admission else arrival.at if arrival else None
    return Standing(
        ticket=each.ticket,
        title=each.title,
        phase=each.phase,
        arrived=since,
        assignee=files.book.roster.name(assignee) if assignee else None,
        channel=each.channel if each.channel_id else "",
        sync=_sync(each),
        notes=tuple(notice.message for notice in each.notices),
    )


def _sync(each: EscalationPlan) -> str:
    if each.problems:
        return f"{len(each.problems)} to mend"
    if each.changes:
        drifted = any(change.why == "drift" for change in each.changes)
        return f"{len(each.changes)} {'drifted' if drifted else 'to do'}"
    return "in sync"


def _desks(options: Options, files: Files) -> list[DeskRoom]:
    return [
        DeskRoom(desk=key, name=desk.name, **_room(key, options, files)._asdict())
        for key, desk in files.book.policy.desks.items()
    ]


def _room(desk: str, options: Options, files: Files) -> Room:
    """How much is used up: by who was admitted, or by what the files alone tell."""
    if files.admissions is None:
        return room(files.book, desk, files.arrivals, options.now)
    limits = limits_of(files.book, desk)
    today, active = files.admissions.today, files.admissions.active
    return Room(today.get(desk, 0), limits.per_day, active.get(desk, 0), limits.active)
