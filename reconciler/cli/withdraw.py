"""`escalate withdraw`: withdraw an escalation."""

import click

from reconciler.cli.blanks import Blank
from reconciler.cli.completion import PERSON
from reconciler.cli.edit_session import EditSession, editing
from reconciler.cli.people import everybody, person_blank
from reconciler.cli.prompts import asking
from reconciler.cli.ticket_key import TICKET
from reconciler.edit import changes


@click.command()
@editing
@click.option(
    "--by",
    type=PERSON,
    help="You. Default: the person of the roster with the e-mail address in git.",
)
@click.option("--reason", metavar="TEXT", help="Why an escalation is no longer needed.")
@click.argument("ticket", type=TICKET)
def withdraw(desk: EditSession, by: str | None, reason: str | None, ticket: str) -> int:
    """Withdraw the escalation of TICKET before it is resolved."""
    entry = desk.open_entry(ticket)
    people = everybody(desk.snapshot)
    me = desk.me(people)
    loc = (*entry.escalation.current_loc, "withdrawn")
    _, data = desk.answered(
        {"--by": by or (None if asking() else me or None), "--reason": reason},
        [
            person_blank(
                "--by",
                "Who withdraws the escalation?",
                desk.snapshot,
                people,
                me or entry.escalation.current.initiator,
            ),
            Blank("--reason", "Why is an escalation no longer needed?"),
        ],
        entry.source.path,
        lambda said: changes.withdrawn(entry, said["--by"], said["--reason"]),
        {"--by": (*loc, "by"), "--reason": (*loc, "reason")},
    )
    return desk.keep(entry.source.path, data, f"Withdraw {entry.escalation.ticket}")
