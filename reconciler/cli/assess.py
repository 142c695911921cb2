"""`escalate assess`: record the preliminary assessment."""

import click

from reconciler.cli.blanks import Blank
from reconciler.cli.edit_session import EditSession, editing
from reconciler.cli.ticket_key import TICKET
from reconciler.edit import changes


@click.command()
@editing
@click.argument("ticket", type=TICKET)
@click.argument("text", required=False)
def assess(desk: EditSession, ticket: str, text: str | None) -> int:
    """Record TEXT as the preliminary assessment of TICKET, in place of an earlier one."""
    entry = desk.open_entry(ticket)
    question = Blank("TEXT", "What do you think is wrong?")
    path = entry.source.path
    _, data = desk.answered(
        {"TEXT": text},
        [question],
        path,
        lambda said: changes.assessed(entry, said["TEXT"]),
        {"TEXT": (*entry.escalation.current_loc, "assessment")},
    )
    return desk.keep(path, data, f"Assess {entry.escalation.ticket}")
