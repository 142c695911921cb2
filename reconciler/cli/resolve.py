"""`escalate resolve`: record the root cause and end the escalation."""

import re
from collections.abc import Mapping
from typing import Any, Final

import click

from reconciler.cli.blanks import Blank
from reconciler.cli.completion import PERSON
from reconciler.cli.edit_session import EditSession, editing
from reconciler.cli.people import person_blank, team_of
from reconciler.cli.ticket_key import TICKET
from reconciler.edit import changes
from reconciler.load.ticket_address import TicketAddressError, ticket_key
from reconciler.model.escalation import CommunicationState
from reconciler.model.finding import Loc
from reconciler.model.snapshot import Entry

STATES = {
    CommunicationState.PENDING.value: "the message is not written yet",
    CommunicationState.DRAFTED.value: "the message is written, not sent",
    CommunicationState.SENT.value: "the message was sent",
    CommunicationState.NOT_NEEDED.value: "no message is needed",
}

_PLACES: Final[Mapping[str, Loc]] = {
    "--root-cause": ("root_cause",),
    "--mitigation": ("mitigation",),
    "--follow-ups": ("follow_ups",),
    "--owner": ("customer_communication", "owner"),
    "--state": ("customer_communication", "state"),
}
"""Where a resolution has each answer."""


@click.command()
@editing
@click.option("--root-cause", metavar="TEXT", help="The root cause: why the problem happened.")
@click.option("--mitigation", metavar="TEXT", help="What was done about the problem.")
@click.option(
    "--follow-ups",
    metavar="TICKETS",
    help="Tickets for the remaining work, such as PAY-641,PAY-655; or none.",
)
@click.option(
    "--owner",
    type=PERSON,
    help="Who informs the affected customers: the reporter or their team.",
)
@click.option(
    "--state",
    type=click.Choice(list(STATES)),
    help="State of the message to the affected customers.",
)
@click.argument("ticket", type=TICKET)
def resolve(desk: EditSession, ticket: str, **given: Any) -> int:  # noqa: ANN401 - the options
    """Resolve the escalation of TICKET with its root cause.

    If it is already resolved, give only --state, to update the state of the message to the affected
    customers.
    """
    entry = desk.entry(ticket)
    if entry.escalation.current.resolution is not None:
        return _communicate(desk, entry, given)
    entry = desk.open_entry(ticket)
    path, loc = entry.source.path, (*entry.escalation.current_loc, "resolution")
    _, data = desk.answered(
        {f"--{name.replace('_', '-')}": value for name, value in given.items()},
        _blanks(desk, entry),
        path,
        lambda said: changes.resolved(entry, _resolution(said)),
        {option: (*loc, *place) for option, place in _PLACES.items()},
    )
    return desk.keep(path, data, f"Resolve {entry.escalation.ticket}")


def _resolution(said: Mapping[str, str]) -> dict[str, Any]:
    return {
        "root_cause": said["--root-cause"],
        "mitigation": said["--mitigation"],
        "follow_ups": _follow_ups(said["--follow-ups"]),
        "customer_communication": {"owner": said["--owner"], "state": said["--state"]},
    }


def _communicate(desk: EditSession, entry: Entry, given: dict[str, str | None]) -> int:
    ticket, state = entry.escalation.ticket, given["state"]
    if state is None or any(value for name, value in given.items() if name != "state"):
        raise click.UsageError(
            f"The escalation of {ticket} is resolved; only --state can change. To "
            f"escalate the ticket again: escalate reopen {ticket}"
        )
    data = changes.communicated(entry, state)
    return desk.keep(entry.source.path, data, f"Customer communication of {ticket}: {state}")


def _follow_ups(text: str) -> list[str] | str:
    """Keys of tickets, also from their addresses; a word that is neither stays as it is."""
    keys = [_key(each) for each in re.split(r"[,\s]+", text) if each]
    return "none" if keys == ["none"] else keys


def _key(text: str) -> str:
    try:
        return ticket_key(text)
    except TicketAddressError:
        return text


def _blanks(desk: EditSession, entry: Entry) -> list[Blank]:
    reporter = entry.escalation.reporter.person
    return [
        Blank("--root-cause", "What is the root cause?"),
        Blank("--mitigation", "What was done about the problem?"),
        Blank(
            "--follow-ups", "Tickets for the remaining work, separated by commas?", default="none"
        ),
        person_blank(
            "--owner",
            "Who informs the affected customers?",
            desk.snapshot,
            team_of(desk.snapshot, reporter),
            reporter,
        ),
        Blank("--state", "In which state is the message to them?", STATES, "pending"),
    ]
