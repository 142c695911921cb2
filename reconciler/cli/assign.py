"""`escalate assign`: assign a Dev Support engineer."""

import click

from reconciler.cli.edit_session import EditSession, editing
from reconciler.cli.people import assignees
from reconciler.cli.prompts import Blank, fill
from reconciler.cli.ticket_key import TICKET
from reconciler.edit import changes


@click.command()
@editing
@click.argument("ticket", type=TICKET)
@click.argument("person", required=False)
def assign(desk: EditSession, ticket: str, person: str | None) -> int:
    """Assign PERSON, the handle of an engineer, to the escalation of TICKET."""
    entry = desk.open_entry(ticket)
    people = assignees(desk.snapshot, entry.escalation.desk)
    said = fill({"PERSON": person}, [Blank("PERSON", "Which engineer works on it?", people)])
    data = changes.assigned(entry, said["PERSON"])
    subject = f"Assign {entry.escalation.ticket} to {said['PERSON']}"
    return desk.keep(entry.source.path, data, subject)
