"""`escalate update`: add an update."""

import click

from reconciler.cli.edit_session import EditSession, editing
from reconciler.cli.people import everybody, person_blank
from reconciler.cli.prompts import Blank, asking, fill
from reconciler.cli.questions import estimate_problem, text_problem
from reconciler.cli.ticket_key import TICKET
from reconciler.edit import changes


@click.command()
@editing
@click.option(
    "--by",
    metavar="PERSON",
    help="You. Default: the person of the roster with the e-mail address in git.",
)
@click.option(
    "--assessment",
    is_flag=True,
    help="Record TEXT as the preliminary assessment, not as an update.",
)
@click.argument("ticket", type=TICKET)
@click.argument("text", required=False)
def update(
    desk: EditSession, *, by: str | None, assessment: bool, ticket: str, text: str | None
) -> int:
    """Add TEXT as an update to the escalation of TICKET. It is posted after the merge."""
    entry = desk.open_entry(ticket)
    key, path = entry.escalation.ticket, entry.source.path
    if assessment:
        said = fill(
            {"TEXT": text}, [Blank("TEXT", "What do you think is wrong?", problem=estimate_problem)]
        )
        return desk.keep(path, changes.assessed(entry, said["TEXT"]), f"Assess {key}")
    me = desk.me(everybody(desk.snapshot))
    default = entry.escalation.current.assignee or ""
    said = fill(
        {"--by": by or (None if asking() else me or None), "TEXT": text},
        [
            person_blank(
                "--by",
                "Who are you?",
                desk.snapshot,
                everybody(desk.snapshot),
                me or default,
            ),
            Blank("TEXT", "What is new?", problem=text_problem),
        ],
    )
    at = desk.now.astimezone(desk.snapshot.policy.zone)
    data = changes.updated(entry, at, said["--by"], said["TEXT"])
    return desk.keep(path, data, f"Update {key}")
