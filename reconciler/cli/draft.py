"""What a new file says: what was seen, what was given, and what has to be asked for."""

import sys
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import click

from reconciler.desire.escape import one_line
from reconciler.model.book import Book
from reconciler.model.by_hand import Found
from reconciler.model.escalation import ImpactLevel
from reconciler.model.roster import TeamKind
from reconciler.render.escalation_file import escalation_file

_TITLE: Final = 160
_LEVELS: Final = [str(each) for each in ImpactLevel if each is not ImpactLevel.LOW]


class Question(NamedTuple):
    """Something that the file says."""

    option: str
    question: str
    type: click.ParamType[Any] | None = None
    metavar: str | None = "TEXT"
    needed: bool = True


QUESTIONS: Final = (
    Question("title", "What is wrong, in one line; the ticket's summary if left out", needed=False),
    Question("impact", "How bad it is", click.Choice(_LEVELS), None),
    Question("who", "Who is affected"),
    Question("how_many", "How many are affected, about", click.IntRange(min=1), "NUMBER"),
    Question("symptom", "What the affected see"),
    Question("reason", "Why this ticket must be escalated"),
    Question("initiator", "Handle of the manager or lead who escalates", None, "HANDLE"),
    Question("contact", "Handle of the client-facing contact", None, "HANDLE"),
    Question("reporter", "Handle of who reported the ticket", None, "HANDLE"),
    Question("findings", "What the reporter found out"),
    Question("blocked_because", "Why the reporter needs Dev Support"),
    Question("assignee", "Handle of the engineer in charge", None, "HANDLE", needed=False),
)
_Values = dict[str, Any]


def draft(found: Found, book: Book, given: Mapping[str, Any], *, stakeholders: bool) -> str:
    """The new file; asks for what is missing when there is somebody to ask.

    Raises UsageError that names the options which are missing.
    """
    answers = _answers(_seen(found, book), _guesses(found, book), given)
    values: _Values = {
        "ticket": found.ticket.key,
        "title": answers["title"],
        "impact": {
            "level": answers["impact"],
            "who": answers["who"],
            "how_many": answers["how_many"],
            "symptom": answers["symptom"],
        },
        "reason": answers["reason"],
        "initiator": answers["initiator"],
        "contact": answers["contact"],
        "reporter": {
            "person": answers["reporter"],
            "findings": answers["findings"],
            "blocked_because": answers["blocked_because"],
        },
        "stakeholders": _stakeholders(found, book, answers) if stakeholders else {},
        "assignee": answers.get("assignee"),
        "adopted": dict(_adopted(found)),
    }
    return escalation_file(values)


def _seen(found: Found, book: Book) -> _Values:
    """What Jira and Slack tell."""
    announcer = found.announcer
    person = book.roster.people.get(announcer) if announcer else None
    initiates = person is not None and person.role in book.policy.initiator_roles
    return {
        "title": one_line(found.ticket.summary, _TITLE),
        "reporter": found.reporter,
        "assignee": found.assignee,
        "initiator": announcer if initiates else None,
    }


def _guesses(found: Found, book: Book) -> _Values:
    """What is offered when it is asked for."""
    reporter = found.reporter
    speaks = reporter is not None and book.roster.is_client_facing(reporter)
    return {"contact": reporter if speaks else None}


def _answers(seen: _Values, guesses: _Values, given: Mapping[str, Any]) -> _Values:
    known = seen | {key: value for key, value in given.items() if value is not None}
    missing = [each for each in QUESTIONS if each.needed and not known.get(each.option)]
    if missing and not sys.stdin.isatty():
        names = ", ".join(f"--{each.option.replace('_', '-')}" for each in missing)
        raise click.UsageError(f"Give {names}: Jira and Slack don't tell it.")
    for each in missing:
        known[each.option] = click.prompt(
            each.question, type=each.type, default=guesses.get(each.option), err=True
        )
    return known


def _stakeholders(found: Found, book: Book, answers: _Values) -> dict[str, list[str]]:
    """Members of the channel who hold no role, by the side that they are on."""
    roster = book.roster
    roles = {answers.get(each) for each in ("initiator", "contact", "reporter", "assignee")}
    roles |= {person for each in book.policy.always_include for person in roster.members(each)}
    sides: dict[str, list[str]] = {"client_facing": [], "product_engineering": []}
    for handle in found.members:
        if handle in roles:
            continue
        if roster.is_client_facing(handle):
            sides["client_facing"].append(handle)
        elif roster.kind_of(handle) is TeamKind.PRODUCT_ENGINEERING:
            sides["product_engineering"].append(handle)
    return {side: handles for side, handles in sides.items() if handles}


def _adopted(found: Found) -> Iterator[tuple[str, str]]:
    """What people made, so that it is not made again."""
    if found.channel is not None:
        yield "channel", found.channel.id
    if found.announcement is not None:
        yield "announcement", found.announcement.id
    if found.comment is not None:
        yield "comment", found.comment.id
