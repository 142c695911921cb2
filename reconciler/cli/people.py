"""Who can be named for what, as choices."""

from collections.abc import Iterable, Mapping

import click

from reconciler.cli.blanks import Blank
from reconciler.model.phase import Phase, phase
from reconciler.model.roster import Roster
from reconciler.model.snapshot import Snapshot

Choices = Mapping[str, str]


def person_blank(  # noqa: PLR0913 - what a question has
    option: str,
    question: str,
    snapshot: Snapshot,
    choices: Choices,
    default: str = "",
    *,
    assumed: bool = False,
) -> Blank:
    """A question for one person: by handle, full name, e-mail address or GitHub login."""
    called = snapshot.roster.called
    return Blank(option, question, choices, default, assumed=assumed, called=called)


def handles(snapshot: Snapshot, option: str, names: Iterable[str]) -> list[str]:
    """Handles of people, by whatever names them; the keys of teams as they are.

    Raises UsageError if a name belongs to several people.
    """
    return [_handle(snapshot.roster, option, each) for each in names]


def _handle(roster: Roster, option: str, name: str) -> str:
    found = () if name in roster.people or name in roster.teams else roster.called(name)
    if len(found) > 1:
        raise click.UsageError(
            f"{option}: Several people have this name. Write one of: {', '.join(found)}"
        )
    return found[0] if found else name


def everybody(snapshot: Snapshot) -> Choices:
    """Everybody on the roster."""
    return {handle: _known_as(snapshot.roster, handle) for handle in snapshot.roster.people}


def initiators(snapshot: Snapshot) -> Choices:
    """Those who may escalate."""
    people = snapshot.roster.people
    roles = snapshot.policy.initiator_roles
    return {each: word for each, word in everybody(snapshot).items() if people[each].role in roles}


def contacts(snapshot: Snapshot) -> Choices:
    """Those who can be the contact."""
    found = everybody(snapshot).items()
    return {each: word for each, word in found if snapshot.roster.is_client_facing(each)}


def assignees(snapshot: Snapshot, desk: str) -> Choices:
    """Those who can be assigned, with what they are busy with."""
    busy = {
        each.escalation.current.assignee: each.escalation.ticket
        for each in snapshot.entries
        if phase(each.escalation) is Phase.ASSIGNED
    }
    teams = snapshot.policy.desks[desk].teams if desk in snapshot.policy.desks else ()
    return {
        each: f"{word}; assigned to {busy[each]}" if each in busy else word
        for each, word in everybody(snapshot).items()
        if snapshot.roster.people[each].team in teams
    }


def team_of(snapshot: Snapshot, handle: str) -> Choices:
    """A person and everybody on their team."""
    person = snapshot.roster.people.get(handle)
    if person is None:
        return everybody(snapshot)
    team = {each for each, one in snapshot.roster.people.items() if one.team == person.team}
    return {each: word for each, word in everybody(snapshot).items() if each in team}


def _known_as(roster: Roster, handle: str) -> str:
    person = roster.people[handle]
    team = roster.teams.get(person.team)
    return f"{person.name}, {team.name if team else person.team}, {person.role}"
