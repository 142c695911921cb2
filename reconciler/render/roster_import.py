"""What `escalate roster import` adds and what it leaves open, as text."""

from collections.abc import Iterator

from reconciler.load.characters import visible
from reconciler.model.known_person import KnownPerson
from reconciler.render.escape import terminal
from reconciler.render.plan_text import counted
from reconciler.setup.match_people import RosterImport


def open_lines(found: RosterImport) -> Iterator[str]:
    """The people who are not imported, each with why and what to do."""
    for unclear in found.unclear:
        could = f" ({', '.join(unclear.handles)})" if unclear.handles else ""
        yield f"  ? {named(unclear.person)}: {unclear.why}{could}."
        yield "    → In a terminal, the command asks you. Or edit the roster."
    for person, missing in found.incomplete:
        yield f"  ? {named(person)}: no value for {', '.join(missing)}."
        yield f"    → {_SOURCE_OF_MORE}"
    for left in found.left_out:
        yield f"  ✗ {named(left.person)}: {terminal(left.why)}."


_SOURCE_OF_MORE = (
    "Give them in a CSV file (--csv), or answer in a terminal. For team and role, you can use "
    "--team and --role."
)


def summary_line(found: RosterImport) -> str:
    """How many are added, and how many are not."""
    left = len(found.unclear) + len(found.incomplete) + len(found.left_out)
    ids = sum(len(each) for each in found.ids.values())
    parts = [f"{_people(len(found.additions))} to add", f"{counted(ids, 'id')} to add"]
    return ", ".join([*parts, *([f"{_people(left)} left out"] if left else [])]) + "."


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number} people"


def named(person: KnownPerson) -> str:
    """A person by name, address and source, safe for a terminal."""
    return terminal(visible(f"{person.name or 'no name'} <{person.email}> ({person.source})"))
