"""Who can be named for what, as choices."""

from collections.abc import Mapping

from reconciler.model.book import Book
from reconciler.model.phase import Phase, phase
from reconciler.model.roster import Roster

Choices = Mapping[str, str]


def everybody(book: Book) -> Choices:
    """Everybody on the roster."""
    return {handle: _known_as(book.roster, handle) for handle in book.roster.people}


def initiators(book: Book) -> Choices:
    """Those who may escalate."""
    people = book.roster.people
    roles = book.policy.initiator_roles
    return {each: word for each, word in everybody(book).items() if people[each].role in roles}


def contacts(book: Book) -> Choices:
    """Those who can be the contact."""
    found = everybody(book).items()
    return {each: word for each, word in found if book.roster.is_client_facing(each)}


def assignees(book: Book, desk: str) -> Choices:
    """Those who can be assigned, with what they are busy with."""
    busy = {
        each.escalation.current.assignee: each.escalation.ticket
        for each in book.entries
        if phase(each.escalation) is Phase.ASSIGNED
    }
    teams = book.policy.desks[desk].teams if desk in book.policy.desks else ()
    return {
        each: f"{word}; busy with {busy[each]}" if each in busy else word
        for each, word in everybody(book).items()
        if book.roster.people[each].team in teams
    }


def team_of(book: Book, handle: str) -> Choices:
    """A person and everybody on their team."""
    person = book.roster.people.get(handle)
    if person is None:
        return everybody(book)
    team = {each for each, one in book.roster.people.items() if one.team == person.team}
    return {each: word for each, word in everybody(book).items() if each in team}


def _known_as(roster: Roster, handle: str) -> str:
    person = roster.people[handle]
    team = roster.teams.get(person.team)
    return f"{person.name}, {team.name if team else person.team}, {person.role}"
