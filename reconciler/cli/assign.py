"""`escalate assign`: assign a Dev Support engineer."""

import click

from reconciler.cli.completion import PERSON
from reconciler.cli.edit_session import EditSession, editing
from reconciler.cli.people import assignees, person_blank
from reconciler.cli.ticket_key import TICKET
from reconciler.edit import changes


@click.command()
@editing
@click.argument("ticket", type=TICKET)
@click.argument("person", type=PERSON, required=False)
def assign(desk: EditSession, ticket: str, person: str | None) -> int:
    """Assign the engineer PERSON to the escalation of TICKET.

    PERSON is a handle, a full name or an e-mail address.
    """
    entry = desk.open_entry(ticket)
    people = assignees(desk.snapshot, entry.escalation.desk)
    question = person_blank("PERSON", "Which engineer works on it?", desk.snapshot, people)
    said, data = desk.answered(
        {"PERSON": person},
        [question],
        entry.source.path,
        lambda said: changes.assigned(entry, said["PERSON"]),
        {"PERSON": (*entry.escalation.current_loc, "assignee")},
    )
    subject = f"Assign {entry.escalation.ticket} to {said['PERSON']}"
    return desk.keep(entry.source.path, data, subject)
