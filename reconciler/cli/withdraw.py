"""`escalate withdraw`: take an escalation back."""

import click

from reconciler.cli.edit_session import EditSession, editing
from reconciler.cli.people import everybody
from reconciler.cli.prompts import Blank, asking, fill
from reconciler.edit import changes


@click.command()
@editing
@click.option("--by", metavar="HANDLE", help="Who takes it back. Default: whom git knows.")
@click.option("--reason", metavar="TEXT", help="Why it need not be escalated any more.")
@click.argument("ticket")
def withdraw(desk: EditSession, by: str | None, reason: str | None, ticket: str) -> int:
    """Take the escalation of TICKET back before it is resolved."""
    entry = desk.open_entry(ticket.upper())
    people = everybody(desk.snapshot)
    me = desk.me(people)
    said = fill(
        {"--by": by or (None if asking() else me or None), "--reason": reason},
        [
            Blank("--by", "Who takes it back?", people, me or entry.escalation.current.initiator),
            Blank("--reason", "Why need it not be escalated any more?"),
        ],
    )
    data = changes.withdrawn(entry, said["--by"], said["--reason"])
    return desk.keep(entry.source.path, data, f"Withdraw {entry.escalation.ticket}")
