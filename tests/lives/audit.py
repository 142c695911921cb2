"""Whether the records tell the whole life: what was intended, and what was done."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC
from typing import Any

from click.testing import CliRunner

from lives.book import Book, Ticket
from lives.firm import Firm
from lives.look import messages_of
from lives.trail import Trail
from reconciler.cli.main import cli

_SAID = re.compile(
    r"slack\.(announcement|thread|reminder|brief|contact|assignee|update|assessment|summary|withdrawn)"
)

_WAS_THERE = "it was there already"
"""The answer of a change that was planned without a receipt and found done."""


def audit_wrongs(firm: Firm, book: Book, trails: dict[str, Trail], *, exact: bool) -> list[str]:
    """What is wrong with the audit branch and the history; `exact` when no run was broken off."""
    found = []
    verified = _escalate(firm, "history", "--verify", "--offline", "--json")
    if json.loads(verified)["findings"]:
        found.append(verified)
    records, state = firm.records(), firm.state()
    for key, ticket in book.tickets.items():
        lines = records.get(key, [])
        found += [f"{key}: {each}" for each in _lines(ticket, trails[key], lines, exact=exact)]
        if exact:
            found += [f"{key}: {each}" for each in _posts(ticket, lines, state)]
    key = max(book.tickets, key=lambda each: len(book.tickets[each].episodes))
    story = json.loads(_escalate(firm, "history", key, "--json"))
    found += [f"{key}: {each}" for each in _story(book.tickets[key], story)]
    return found


def _escalate(firm: Firm, *arguments: str) -> str:
    where = ("--repo", str(firm.folder), "--now", firm.now.isoformat())
    done = CliRunner().invoke(cli, [*arguments, *where], standalone_mode=False)
    assert done.exception is None, done.exception
    return done.stdout


def _lines(
    ticket: Ticket, trail: Trail, lines: list[dict[str, Any]], *, exact: bool
) -> Iterator[str]:
    """The last admission and outcome that were recorded are those that hold."""
    if not trail.touched:
        return
    if ticket.now.open:
        told = [each for each in lines if each["kind"] == "admission"]
        state = "held" if ticket.now.phase == "held" else "admitted"
        if not told or told[-1]["state"] != state:
            yield f"{state}, and recorded as {told[-1:]}"
        elif ticket.now.admitted and told[-1]["since"] != _second(ticket.now.admitted):
            yield f"admitted at {ticket.now.admitted}, and recorded as {told[-1]['since']}"
    phases = [each["phase"] for each in lines if each["kind"] == "outcome"]
    # Nobody records what a run has done that is killed; the next one has nothing to add.
    if exact and phases[-1:] != [ticket.now.phase]:
        yield f"{ticket.now.phase}, and the last outcome is recorded as {phases[-1:]}"


def _posts(ticket: Ticket, lines: list[dict[str, Any]], state: dict[str, Any]) -> Iterator[str]:
    """Each message of ours is recorded, once."""
    recorded = [
        each["facet"]
        for each in lines
        if each["kind"] == "change"
        and each["action"] == "add"
        and each["result"] == "done"
        and each.get("answer") != _WAS_THERE
        and _SAID.fullmatch(each["facet"])
    ]
    began = ticket.episodes[0].arrived.timestamp()  # what is only proposed is not recorded
    there = [each for each in messages_of(state, ticket) if float(each["ts"]) >= began]
    if len(recorded) != len(there):
        yield f"{len(there)} messages, and recorded are {len(recorded)}: {Counter(recorded)}"


def _story(ticket: Ticket, story: dict[str, Any]) -> Iterator[str]:
    """History tells each thing that was declared."""
    told = Counter(
        detail["kind"]
        for each in story["moments"]
        if each["source"] == "main"
        for detail in each["details"]
    )
    for kind, count in ticket.events.items():
        if told[kind] != count:
            yield f"history tells {told[kind]} times: {kind}; it was {count} times"


def _second(moment: Any) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
