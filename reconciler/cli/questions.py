"""What is asked of whoever escalates: options, questions, and what a file says by the answers."""

from collections.abc import Mapping
from typing import Any, Final

import click

from reconciler.cli.blanks import Blank
from reconciler.cli.completion import PERSON
from reconciler.cli.people import contacts, everybody, initiators, person_blank
from reconciler.model.escalation import ImpactLevel
from reconciler.model.finding import Loc
from reconciler.model.snapshot import Snapshot

LEVELS: Final = {
    ImpactLevel.CRITICAL.value: "many cannot work, or money or data is at risk",
    ImpactLevel.HIGH.value: "an important function fails for several clients",
    ImpactLevel.MEDIUM.value: "a workaround exists",
}


PLACES: Final[Mapping[str, Loc]] = {
    "--title": ("title",),
    "--level": ("impact", "level"),
    "--who": ("impact", "who"),
    "--how-many": ("impact", "how_many"),
    "--symptom": ("impact", "symptom"),
    "--reason": ("reason",),
    "--initiator": ("initiator",),
    "--contact": ("contact",),
    "--reporter": ("reporter", "person"),
    "--findings": ("reporter", "findings"),
    "--blocked-because": ("reporter", "blocked_because"),
}
"""Where a file has each answer."""


def impact_options(command: Any) -> Any:  # noqa: ANN401 - click's decorators
    """The options that say how bad it is, and why it must be escalated."""
    for option in reversed(
        (
            click.option(
                "--level",
                type=click.Choice([*LEVELS, "low"]),
                help="How severe the impact is. A ticket with low impact is not accepted.",
            ),
            click.option("--who", metavar="TEXT", help="Who is affected."),
            click.option(
                "--how-many",
                type=click.IntRange(min=1),
                help="How many are affected. Give your best estimate.",
            ),
            click.option(
                "--symptom", metavar="TEXT", help="What the affected people see, in their words."
            ),
            click.option("--reason", metavar="TEXT", help="Why the ticket must be escalated."),
            click.option(
                "--initiator",
                type=PERSON,
                help="The manager or lead who escalates.",
            ),
            click.option(
                "--contact",
                type=PERSON,
                help="The client-facing person who stays reachable.",
            ),
        )
    ):
        command = option(command)
    return command


def ticket_options(command: Any) -> Any:  # noqa: ANN401 - click's decorators
    """The options on the ticket and its reporter."""
    for option in reversed(
        (
            click.option(
                "--title",
                metavar="TEXT",
                help="What is wrong, in one line. Default: the ticket's summary in Jira.",
            ),
            click.option(
                "--reporter",
                type=PERSON,
                help="Who reported the problem. Default: the reporter in Jira.",
            ),
            click.option("--findings", metavar="TEXT", help="What the reporter found out."),
            click.option(
                "--blocked-because",
                metavar="TEXT",
                help="Why the reporter cannot continue without Dev Support.",
            ),
        )
    ):
        command = option(command)
    return command


def episode_places(loc: Loc) -> dict[str, Loc]:
    """Where the episode at a place has its answers."""
    shared = (each for each in PLACES if PLACES[each][0] not in {"title", "reporter"})
    return {option: (*loc, *PLACES[option]) for option in shared}


def as_texts(given: Mapping[str, Any]) -> dict[str, str | None]:
    """The options by their names."""
    return {
        f"--{name.replace('_', '-')}": None if value is None else str(value)
        for name, value in given.items()
    }


def episode_questions(snapshot: Snapshot, *, initiator: str = "", **before: str) -> list[Blank]:
    """The questions that begin an episode, with defaults by option."""
    return [
        Blank("--level", "How severe is the impact?", LEVELS, before.get("level", "")),
        Blank(
            "--who",
            "Who is affected?",
            default=before.get("who", ""),
            editable=True,
        ),
        Blank(
            "--how-many",
            "About how many are affected?",
            default=before.get("how_many", ""),
            valid=lambda text: text.isdecimal() and int(text) > 0,
            hint="Write a number: your best estimate.",
            stand_in="1",
        ),
        Blank(
            "--symptom",
            "What do the affected people see?",
            default=before.get("symptom", ""),
            editable=True,
        ),
        Blank("--reason", "Why must the ticket be escalated?"),
        person_blank(
            "--initiator",
            "Who escalates (a manager or lead)?",
            snapshot,
            initiators(snapshot),
            initiator,
            assumed=True,
        ),
        person_blank(
            "--contact",
            "Who is the contact (client-facing, stays reachable)?",
            snapshot,
            contacts(snapshot),
            before.get("contact", ""),
        ),
    ]


def all_questions(
    snapshot: Snapshot, *, title: str = "", reporter: str = "", initiator: str = ""
) -> list[Blank]:
    """The questions on a ticket that is escalated for the first time, with defaults."""
    speaks = reporter in contacts(snapshot)
    return [
        Blank(
            "--title",
            "What is wrong, in one line?",
            default=title,
            editable=True,
            assumed=True,
        ),
        *episode_questions(snapshot, initiator=initiator, contact=reporter if speaks else ""),
        person_blank(
            "--reporter",
            "Who reported the problem?",
            snapshot,
            everybody(snapshot),
            reporter,
            assumed=True,
        ),
        Blank("--findings", "What did the reporter find out?"),
        Blank(
            "--blocked-because",
            "Why can't the reporter continue without Dev Support?",
        ),
    ]


def episode_of(said: Mapping[str, str]) -> dict[str, Any]:
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


def escalation_of(ticket: str, said: Mapping[str, str], **more: object) -> dict[str, Any]:
    """What a new file says; what is empty is left out."""
    return {
        "ticket": ticket,
        "title": said["--title"],
        **episode_of(said),
        "reporter": {
            "person": said["--reporter"],
            "findings": said["--findings"],
            "blocked_because": said["--blocked-because"],
        },
        **{key: value for key, value in more.items() if value},
    }
