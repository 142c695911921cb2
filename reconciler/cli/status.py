"""`escalate status`: every escalation, and each desk's room."""

import click

from reconciler.cli.exits import Exit
from reconciler.cli.reconcile import Files, Options, looking, read_files, reconciling, show
from reconciler.judge.limits import room
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
    assignees = {
        entry.escalation.ticket: entry.escalation.current.assignee for entry in files.book.entries
    }
    standings = [
        _standing(each, files, assignees[each.ticket])
        for each in plan.escalations
        if everything or not each.phase.ended or each.changes or each.problems
    ]
    return Status(at=options.now, escalations=tuple(standings), desks=tuple(_desks(options, files)))


def _standing(each: EscalationPlan, files: Files, assignee: str | None) -> Standing:
    arrival = files.arrivals.get(each.path)
    return Standing(
        ticket=each.ticket,
        title=each.title,
        phase=each.phase,
        arrived=arrival.at if arrival else None,
        assignee=files.book.roster.name(assignee) if assignee else None,
        channel=each.channel if each.channel_id else "",
        sync=_sync(each),
    )


def _sync(each: EscalationPlan) -> str:
    if each.problems:
        return f"{len(each.problems)} to mend"
    if each.changes:
        drifted = any(change.why == "drift" for change in each.changes)
        return f"{len(each.changes)} {'drifted' if drifted else 'to do'}"
    return "in sync"


def _desks(options: Options, files: Files) -> list[DeskRoom]:
    rooms = {
        key: (desk.name, room(files.book, key, files.arrivals, options.now))
        for key, desk in files.book.policy.desks.items()
    }
    return [DeskRoom(desk=key, name=name, **left._asdict()) for key, (name, left) in rooms.items()]
