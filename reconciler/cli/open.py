"""`escalate open`: write the file of a ticket that must be escalated."""

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import click

from reconciler.cli.editing import Desk, editing
from reconciler.cli.people import contacts, everybody, initiators
from reconciler.cli.prompts import Blank, asking, fill
from reconciler.edit.new import new_file, path_of
from reconciler.model.escalation import ImpactLevel
from reconciler.render.escape import terminal
from reconciler.services.errors import ServiceError
from reconciler.services.gateways import jira_gateway
from reconciler.services.jira import TicketBrief
from reconciler.services.retry import RetryPolicy
from reconciler.services.settings import read_jira_settings, read_timeout

LEVELS: Final = {
    ImpactLevel.CRITICAL.value: "many cannot work, or money or data is at risk",
    ImpactLevel.HIGH.value: "an important function fails for several clients",
    ImpactLevel.MEDIUM.value: "a workaround exists",
}


def impact_options(command: Any) -> Any:  # noqa: ANN401 - click's decorators
    """The options that say how bad it is, and why it must be escalated."""
    for option in reversed(
        (
            click.option("--level", type=click.Choice([*LEVELS, "low"]), help="How bad it is."),
            click.option("--who", metavar="TEXT", help="Who is affected."),
            click.option(
                "--how-many", type=click.IntRange(min=1), help="How many; your best estimate."
            ),
            click.option("--symptom", metavar="TEXT", help="What they see, in their words."),
            click.option("--reason", metavar="TEXT", help="Why it must be escalated."),
            click.option("--initiator", metavar="HANDLE", help="The manager who escalates."),
            click.option("--contact", metavar="HANDLE", help="Who is reachable throughout."),
        )
    ):
        command = option(command)
    return command


@click.command("open")
@editing
@impact_options
@click.option("--title", metavar="TEXT", help="What is wrong, in one line. Default: Jira's.")
@click.option("--reporter", metavar="HANDLE", help="Who reported it. Default: as in Jira.")
@click.option("--findings", metavar="TEXT", help="What the reporter found out.")
@click.option("--blocked-because", metavar="TEXT", help="Why they cannot go on by themselves.")
@click.option("--client-facing", metavar="HANDLE", multiple=True, help="A stakeholder; repeatable.")
@click.option(
    "--product-engineering", metavar="HANDLE", multiple=True, help="A stakeholder; repeatable."
)
@click.argument("ticket")
def open_(
    desk: Desk,
    *,
    ticket: str,
    client_facing: tuple[str, ...],
    product_engineering: tuple[str, ...],
    **given: Any,  # noqa: ANN401
) -> int:
    """Escalate TICKET: write its file, or with --pr open the pull request.

    Asks for what no option gives. With Jira's variables in the environment, title and reporter
    come from the ticket.
    """
    ticket = ticket.upper()
    if any(each.escalation.ticket == ticket for each in desk.book.entries):
        raise click.UsageError(
            f"{ticket} has a file already. To escalate it again: escalate reopen {ticket}"
        )
    brief = _brief(ticket)
    said = fill(as_texts(given, brief, desk), [*_blanks(desk, brief), *reporting(desk)])
    path = path_of(ticket, desk.now, desk.book.policy.zone)
    sides = {
        "client_facing": list(client_facing),
        "product_engineering": list(product_engineering),
    }
    stakeholders = {side: handles for side, handles in sides.items() if handles}
    escalation = {
        "ticket": ticket,
        "title": said["--title"],
        **episode_of(said),
        "reporter": {
            "person": said["--reporter"],
            "findings": said["--findings"],
            "blocked_because": said["--blocked-because"],
        },
        **({"stakeholders": stakeholders} if stakeholders else {}),
    }
    return desk.keep(path, new_file(escalation), f"Escalate {ticket}: {said['--title']}"[:200])


def as_texts(given: dict[str, Any], brief: TicketBrief | None, desk: Desk) -> dict[str, str | None]:
    """The options by their names, with what Jira and git know where nobody is there to ask."""
    texts = {
        f"--{name.replace('_', '-')}": None if value is None else str(value)
        for name, value in given.items()
    }
    if not asking() and brief is not None and "--title" in texts:
        texts["--title"] = texts["--title"] or brief.summary or None
        texts["--reporter"] = texts["--reporter"] or reporter_of(desk, brief) or None
    if not asking():
        texts["--initiator"] = texts["--initiator"] or desk.me(initiators(desk.book)) or None
    return texts


def episode_of(said: dict[str, str]) -> dict[str, Any]:
    """What begins an episode."""
    return {
        "impact": {
            "level": said["--level"],
            "who": said["--who"],
            "how_many": int(said["--how-many"]),
            "symptom": said["--symptom"],
        },
        "reason": said["--reason"],
        "initiator": said["--initiator"],
        "contact": said["--contact"],
    }


def asked_again(desk: Desk, **before: str) -> list[Blank]:
    """The questions that begin an episode, with defaults by option."""
    book = desk.book
    return [
        Blank("--level", "How bad is it?", LEVELS, before.get("level", "")),
        Blank("--who", "Who is affected?", default=before.get("who", ""), editable=True),
        Blank(
            "--how-many",
            "About how many?",
            default=before.get("how_many", ""),
            valid=lambda text: text.isdecimal() and int(text) > 0,
            hint="A number; your best estimate.",
        ),
        Blank("--symptom", "What do they see?", default=before.get("symptom", ""), editable=True),
        Blank("--reason", "Why must it be escalated?"),
        Blank(
            "--initiator",
            "Who escalates (a manager or lead)?",
            initiators(book),
            desk.me(initiators(book)),
        ),
        Blank(
            "--contact",
            "Who is the contact, reachable throughout?",
            contacts(book),
            before.get("contact", ""),
        ),
    ]


def _blanks(desk: Desk, brief: TicketBrief | None) -> list[Blank]:
    title = brief.summary if brief else ""
    reporter = reporter_of(desk, brief) if brief else ""
    people = contacts(desk.book)
    return [
        Blank("--title", "What is wrong, in one line?", default=title, editable=True),
        *asked_again(desk, contact=reporter if reporter in people else ""),
        Blank("--reporter", "Who reported it?", everybody(desk.book), reporter),
    ]


def reporting(_desk: Desk) -> list[Blank]:
    """The questions to the reporter."""
    return [
        Blank("--findings", "What did the reporter find out?"),
        Blank("--blocked-because", "Why can't they go on without Dev Support?"),
    ]


def reporter_of(desk: Desk, brief: TicketBrief) -> str:
    """The reporter's handle; empty when they are not on the roster."""
    for handle, person in desk.book.roster.people.items():
        if person.jira == brief.reporter or (brief.email and person.email.lower() == brief.email):
            return handle
    return ""


def _brief(ticket: str) -> TicketBrief | None:
    """What Jira says of the ticket; nothing when there is no token, or no answer."""
    settings = read_jira_settings(os.environ)
    if settings is None:
        return None
    with ThreadPoolExecutor(1) as pool:
        gateway = jira_gateway(settings, read_timeout(os.environ), RetryPolicy(), pool)
        try:
            brief = gateway.brief(ticket)
        except ServiceError as error:
            click.echo(terminal(f"Jira did not tell of {ticket}: {error}"), err=True)
            return None
    if brief is None:
        raise click.UsageError(f"Jira shows no ticket {terminal(ticket)}. Check the key.")
    return brief
