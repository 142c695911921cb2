"""`escalate open`: write the file of a ticket that must be escalated."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import click

from reconciler.cli.completion import PERSON
from reconciler.cli.edit_session import EditSession, editing
from reconciler.cli.people import handles, initiators
from reconciler.cli.questions import (
    PLACES,
    all_questions,
    as_texts,
    escalation_of,
    impact_options,
    ticket_options,
)
from reconciler.cli.ticket_key import TICKET
from reconciler.edit.new import new_file, path_of
from reconciler.load.ticket_address import is_key
from reconciler.render.console import write_error
from reconciler.render.escape import terminal
from reconciler.services.connect import jira_gateway
from reconciler.services.environment import variables
from reconciler.services.errors import ServiceError
from reconciler.services.jira.gateway import TicketBrief
from reconciler.services.retry import RetryPolicy
from reconciler.services.settings import read_jira_settings, read_timeout


@click.command("open")
@editing
@impact_options
@ticket_options
@click.option(
    "--client-facing",
    type=PERSON,
    multiple=True,
    help="A person or a team that is a stakeholder. Repeatable.",
)
@click.option(
    "--product-engineering",
    type=PERSON,
    multiple=True,
    help="A person or a team that is a stakeholder. Repeatable.",
)
@click.argument("ticket", type=TICKET)
def open_(
    desk: EditSession,
    *,
    ticket: str,
    client_facing: tuple[str, ...],
    product_engineering: tuple[str, ...],
    **given: Any,  # noqa: ANN401
) -> int:
    """Escalate TICKET: write its file, or with --pr open the pull request.

    In a terminal, the command asks one question after the other, for all that no option gives. It
    checks each answer, and keeps your answers if you stop. Then it shows the file, and asks before
    it writes.

    TICKET is a key or the address of its page in Jira. PERSON is a handle, a full name or an e-mail
    address. If Jira's variables are set in the environment, the title and the reporter come from
    the ticket.
    """
    _refuse_other_desks(desk, ticket)
    if any(each.escalation.ticket == ticket for each in desk.snapshot.entries):
        raise click.UsageError(
            f"{ticket} already has a file. To escalate the ticket again: escalate reopen {ticket}"
        )
    brief = _brief(ticket)
    reporter = brief and desk.snapshot.roster.with_jira_account(brief.reporter, brief.email)
    questions = all_questions(
        desk.snapshot,
        title=brief.summary if brief else "",
        reporter=reporter or "",
        initiator=desk.me(initiators(desk.snapshot)),
    )
    sides = {
        "client_facing": handles(desk.snapshot, "--client-facing", client_facing),
        "product_engineering": handles(desk.snapshot, "--product-engineering", product_engineering),
    }
    stakeholders = {side: handles for side, handles in sides.items() if handles}
    path = path_of(ticket, desk.now, desk.snapshot.policy.zone)
    said, data = desk.answered(
        as_texts(given),
        questions,
        path,
        lambda said: new_file(escalation_of(ticket, said, stakeholders=stakeholders)),
        PLACES,
    )
    return desk.keep(path, data, f"Escalate {ticket}: {said['--title']}"[:200], begins=True)


def _refuse_other_desks(desk: EditSession, ticket: str) -> None:
    """Before the first question: the answers would be for nothing."""
    desks = desk.snapshot.policy.desks
    if ticket.rpartition("-")[0] not in desks or not is_key(ticket):
        raise click.UsageError(
            f"{terminal(ticket)} is not a ticket of a desk. The desks are: {', '.join(desks)}. "
            f"Give a key such as {next(iter(desks))}-1, or the address of the ticket."
        )


def _brief(ticket: str) -> TicketBrief | None:
    """What Jira says of the ticket; nothing when there is no token, or no answer."""
    settings = read_jira_settings(variables())
    if settings is None:
        return None
    with ThreadPoolExecutor(1) as pool:
        gateway = jira_gateway(settings, read_timeout(variables()), RetryPolicy(), pool)
        try:
            brief = gateway.brief(ticket)
        except ServiceError as error:
            write_error(f"Jira could not be asked for {ticket}: {error}")
            return None
    if brief is None:
        raise click.UsageError(
            f"Jira shows no ticket {terminal(ticket)}. Check the key of the ticket."
        )
    return brief
