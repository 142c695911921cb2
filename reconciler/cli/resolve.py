"""`escalate resolve`: say what it was, and end the escalation."""

from typing import Any

import click

from reconciler.cli.edit_session import EditSession, editing
from reconciler.cli.people import team_of
from reconciler.cli.prompts import Blank, fill
from reconciler.edit import changes
from reconciler.model.escalation import CommunicationState
from reconciler.model.snapshot import Entry

STATES = {
    CommunicationState.PENDING.value: "nothing is written yet",
    CommunicationState.DRAFTED.value: "it is written and not sent",
    CommunicationState.SENT.value: "they have been told",
    CommunicationState.NOT_NEEDED.value: "nobody needs to be told",
}


@click.command()
@editing
@click.option("--root-cause", metavar="TEXT", help="Why it happened.")
@click.option("--mitigation", metavar="TEXT", help="What was done about it.")
@click.option(
    "--follow-ups", metavar="TICKETS", help="Tickets for what remains: PAY-641,PAY-655; or none."
)
@click.option(
    "--owner", metavar="HANDLE", help="Who tells the affected: the reporter or their team."
)
@click.option("--state", type=click.Choice(list(STATES)), help="How far that message is.")
@click.argument("ticket")
def resolve(desk: EditSession, ticket: str, **given: Any) -> int:  # noqa: ANN401 - the options
    """Resolve the escalation of TICKET with its root cause.

    For one that is resolved already, --state alone says how far the message to the affected is.
    """
    entry = desk.entry(ticket.upper())
    if entry.escalation.current.resolution is not None:
        return _communicate(desk, entry, given)
    entry = desk.open_entry(ticket.upper())
    said = fill(
        {f"--{name.replace('_', '-')}": value for name, value in given.items()},
        _blanks(desk, entry),
    )
    follow_ups = [each.strip() for each in said["--follow-ups"].split(",") if each.strip()]
    resolution = {
        "root_cause": said["--root-cause"],
        "mitigation": said["--mitigation"],
        "follow_ups": "none" if follow_ups == ["none"] else follow_ups,
        "customer_communication": {"owner": said["--owner"], "state": said["--state"]},
    }
    data = changes.resolved(entry, resolution)
    return desk.keep(entry.source.path, data, f"Resolve {entry.escalation.ticket}")


def _communicate(desk: EditSession, entry: Entry, given: dict[str, str | None]) -> int:
    ticket, state = entry.escalation.ticket, given["state"]
    if state is None or any(value for name, value in given.items() if name != "state"):
        raise click.UsageError(
            f"{ticket} is resolved already; only --state can change. To escalate it again:"
            f" escalate reopen {ticket}"
        )
    data = changes.communicated(entry, state)
    return desk.keep(entry.source.path, data, f"Customer communication of {ticket}: {state}")


def _blanks(desk: EditSession, entry: Entry) -> list[Blank]:
    reporter = entry.escalation.reporter.person
    return [
        Blank("--root-cause", "Why did it happen?"),
        Blank("--mitigation", "What was done about it?"),
        Blank("--follow-ups", "Tickets for what remains, with commas between?", default="none"),
        Blank("--owner", "Who tells the affected?", team_of(desk.snapshot, reporter), reporter),
        Blank("--state", "How far is that message?", STATES, "pending"),
    ]
