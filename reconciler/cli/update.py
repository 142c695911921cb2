"""`escalate update`: add an update."""

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
    loc = entry.escalation.current_loc
    if assessment:
        _, data = desk.answered(
            {"TEXT": text},
            [Blank("TEXT", "What do you think is wrong?")],
            path,
            lambda said: changes.assessed(entry, said["TEXT"]),
            {"TEXT": (*loc, "assessment")},
        )
        return desk.keep(path, data, f"Assess {key}")
    me = desk.me(everybody(desk.snapshot))
    default = entry.escalation.current.assignee or ""
    at = desk.now.astimezone(desk.snapshot.policy.zone)
    place = (*loc, "updates", changes.place_of(entry.escalation.current.updates, at))
    _, data = desk.answered(
        {"--by": by or (None if asking() else me or None), "TEXT": text},
        [
            person_blank(
                "--by",
                "Who are you?",
                desk.snapshot,
                everybody(desk.snapshot),
                me or default,
            ),
            Blank("TEXT", "What is new?"),
        ],
        path,
        lambda said: changes.updated(entry, at, said["--by"], said["TEXT"]),
        {"--by": (*place, "by"), "TEXT": (*place, "text")},
    )
    return desk.keep(path, data, f"Update {key}")
