"""`escalate assess`: record the preliminary assessment."""

import click

from reconciler.cli.edit_session import EditSession, editing
from reconciler.cli.prompts import Blank, fill
from reconciler.cli.questions import estimate_problem
from reconciler.cli.ticket_key import TICKET
from reconciler.edit import changes


@click.command()
@editing
@click.argument("ticket", type=TICKET)
@click.argument("text", required=False)
def assess(desk: EditSession, ticket: str, text: str | None) -> int:
    """Record TEXT as the preliminary assessment of TICKET, in place of an earlier one."""
    entry = desk.open_entry(ticket)
    question = Blank("TEXT", "What do you think is wrong?", problem=estimate_problem)
    said = fill({"TEXT": text}, [question])
    data = changes.assessed(entry, said["TEXT"])
    return desk.keep(entry.source.path, data, f"Assess {entry.escalation.ticket}")
