"""`escalate handover`: somebody else becomes the contact."""

from datetime import datetime

import click

from reconciler.cli.completion import PERSON
from reconciler.cli.edit_session import EditSession, editing
from reconciler.cli.options import MomentParam
from reconciler.cli.people import contacts, person_blank
from reconciler.cli.ticket_key import TICKET
from reconciler.edit import changes


@click.command()
@editing
@click.option(
    "--at",
    type=MomentParam(),
    help="When PERSON takes over, such as 2026-11-20T18:00:00-05:00. Default: now.",
)
@click.argument("ticket", type=TICKET)
@click.argument("person", type=PERSON, required=False)
def handover(desk: EditSession, at: datetime | None, ticket: str, person: str | None) -> int:
    """Make PERSON the contact of the escalation of TICKET.

    PERSON is a handle, a full name or an e-mail address.
    """
    entry = desk.open_entry(ticket)
    now = entry.escalation.current.contact_at(at or desk.now)
    people = {each: word for each, word in contacts(desk.snapshot).items() if each != now}
    words = f"Who is the contact after {now}?"
    zone = desk.snapshot.policy.zone
    when = (at or desk.now).astimezone(zone)
    loc, known = entry.escalation.current_loc, entry.escalation.current.handovers
    place = (*loc, "handovers", changes.place_of(known, when), "to")
    said, data = desk.answered(
        {"PERSON": person},
        [person_blank("PERSON", words, desk.snapshot, people)],
        entry.source.path,
        lambda said: changes.handed_over(entry, said["PERSON"], when, later=at is not None),
        {"PERSON": place if at or known else (*loc, "contact")},
    )
    subject = f"Hand the contact of {entry.escalation.ticket} over to {said['PERSON']}"
    return desk.keep(entry.source.path, data, subject)
