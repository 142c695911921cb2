"""Who of the people that were found is on a roster, who is new, and of whom it is not certain."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pydantic import ValidationError

from reconciler.load import characters
from reconciler.model.known_person import KnownPerson
from reconciler.model.roster import Person, Roster
from reconciler.setup.new_handles import new_handle

NEW: Final = "+new"
"""The decision that somebody is not one of those they could be; no handle has a plus."""
LEAVE: Final = "+leave"
NEEDED: Final = ("github", "team", "role")
"""What neither Slack nor Jira tells of a new person."""
_KEYS: Final = ("github", "slack", "jira", "team", "crew", "role")
Values = Mapping[str, str]


@dataclass(frozen=True)
class UnclearPerson:
    """A person who could be several people of the roster, or somebody new."""

    person: KnownPerson
    handles: tuple[str, ...]
    """Who of the roster they could be."""
    why: str


@dataclass(frozen=True)
class PersonLeftOut:
    """A person who can't be imported."""

    person: KnownPerson
    why: str


@dataclass(frozen=True)
class RosterImport:
    """What an import does to a roster, and what it leaves open."""

    additions: Mapping[str, Values] = field(default_factory=dict)
    """New entries by handle."""
    ids: Mapping[str, Values] = field(default_factory=dict)
    """Ids that entries of the roster lack, by handle."""
    unclear: tuple[UnclearPerson, ...] = ()
    incomplete: tuple[tuple[KnownPerson, tuple[str, ...]], ...] = ()
    """New people, with the keys that no source gives."""
    left_out: tuple[PersonLeftOut, ...] = ()
    newcomers: tuple[KnownPerson, ...] = ()
    """Everyone who is not on the roster, whether or not a value is missing."""


def joined(
    people: Iterable[KnownPerson],
) -> tuple[tuple[KnownPerson, ...], tuple[PersonLeftOut, ...]]:
    """One person for each address, with what all sources tell; and whose sources disagree."""
    whole: dict[str, KnownPerson] = {}
    wrong: list[PersonLeftOut] = []
    for each in people:
        if not each.email:
            wrong.append(PersonLeftOut(each, f"{each.source} hides the e-mail address"))
            continue
        there = whole.get(each.email)
        if there is None:
            whole[each.email] = each
            continue
        differing = [
            key for key, value in each.values.items() if there.values.get(key, value) != value
        ]
        if differing:
            why = f"{there.source} and {each.source} have another value for {', '.join(differing)}"
            wrong.append(PersonLeftOut(each, why))
            continue
        values = {**there.values, **each.values}
        source = there.source if there.source == each.source else f"{there.source}, {each.source}"
        whole[each.email] = KnownPerson(source, there.name or each.name, each.email, values)
    disputed = {each.person.email for each in wrong if each.person.email}
    return tuple(each for each in whole.values() if each.email not in disputed), tuple(wrong)


def plan_import(
    roster: Roster, people: Sequence[KnownPerson], defaults: Values, decided: Mapping[str, str]
) -> RosterImport:
    """What to add. `defaults` are values of new people, `decided` is who is who, by address."""
    found, left_out = joined(people)
    additions: dict[str, Values] = {}
    ids: dict[str, Values] = {}
    unclear: list[UnclearPerson] = []
    incomplete: list[tuple[KnownPerson, tuple[str, ...]]] = []
    left = list(left_out)
    newcomers: list[KnownPerson] = []
    for person in found:
        if (decision := decided.get(person.email)) == LEAVE:
            continue
        doubt = None if decision else _doubt(roster, person, found)
        handle = decision or _handle_of(roster, person)
        if doubt is not None:
            unclear.append(doubt)
            continue
        if handle and handle != NEW:
            if lacking := _lacking_ids(roster.people[handle], person):
                ids[handle] = lacking
            continue
        newcomers.append(person)
        if missing := _missing(person, defaults):
            incomplete.append((person, missing))
        else:
            key, values = _entry(roster, person, defaults, additions)
            if why := _invalid(roster, key, values, additions):
                left.append(PersonLeftOut(person, why))
            else:
                additions[key] = values
    return RosterImport(
        additions, ids, tuple(unclear), tuple(incomplete), tuple(left), tuple(newcomers)
    )


def _same_address(roster: Roster, person: KnownPerson) -> list[str]:
    return [key for key, each in roster.people.items() if each.email.casefold() == person.email]


def _same_id(roster: Roster, person: KnownPerson) -> list[str]:
    return [
        key
        for key, each in roster.people.items()
        if any(value and value == person.values.get(name) for name, value in _ids(each).items())
    ]


def _ids(person: Person) -> Mapping[str, str | None]:
    return {"slack": person.slack, "jira": person.jira}


def _handle_of(roster: Roster, person: KnownPerson) -> str:
    return next(iter([*_same_address(roster, person), *_same_id(roster, person)]), "")


def _doubt(
    roster: Roster, person: KnownPerson, everyone: Sequence[KnownPerson]
) -> UnclearPerson | None:
    """Why it is not certain who somebody is; None if it is."""
    matches = tuple(dict.fromkeys([*_same_address(roster, person), *_same_id(roster, person)]))
    if len(matches) > 1:
        why = "the address and the accounts are those of different people"
        return UnclearPerson(person, matches, why)
    if matches:
        return None
    name = _plain(person.name)
    namesakes = tuple(key for key, each in roster.people.items() if _plain(each.name) == name)
    if name and namesakes:
        return UnclearPerson(person, namesakes, "the roster has this name with another address")
    if name and sum(_plain(each.name) == name for each in everyone) > 1:
        return UnclearPerson(person, (), "several new people have this name")
    return None


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _lacking_ids(there: Person, person: KnownPerson) -> Values:
    """Ids that the roster has not; one that it has is never replaced."""
    known = _ids(there)
    return {
        name: person.values[name] for name in known if name in person.values and not known[name]
    }


def _missing(person: KnownPerson, defaults: Values) -> tuple[str, ...]:
    return tuple(key for key in NEEDED if not (person.values.get(key) or defaults.get(key)))


def _entry(
    roster: Roster, person: KnownPerson, defaults: Values, additions: Mapping[str, Values]
) -> tuple[str, Values]:
    """The handle and the values of a new person."""
    taken = {*roster.people, *roster.teams, *roster.crews, *additions}
    handle = person.values.get("handle") or new_handle(person.name, person.email, taken)
    values = {key: person.values.get(key) or defaults.get(key, "") for key in _KEYS}
    whole = {"name": person.name, "email": person.email, **values}
    return handle, {key: value for key, value in whole.items() if value}


def _invalid(roster: Roster, handle: str, values: Values, additions: Mapping[str, Values]) -> str:
    """Why an entry can't be on a roster; empty if it can."""
    return next(_problems(roster, handle, values, additions), "")


def _problems(
    roster: Roster, handle: str, values: Values, additions: Mapping[str, Values]
) -> Iterator[str]:
    if not handle:
        yield "the name has no letters for a handle; give one in the column handle of a CSV file"
    if handle in {*roster.people, *roster.teams, *roster.crews, *additions}:
        yield f"the handle {handle} is taken"
    if values["team"] not in roster.teams:
        yield f"the roster has no team {values['team']}"
    if values.get("crew", "") not in {"", *roster.crews}:
        yield f"the roster has no crew {values['crew']}"
    for key, value in values.items():
        if characters.first_hidden(value):
            yield f"{key} has a character that cannot be seen"
    logins = [each.github.casefold() for each in roster.people.values()]
    logins += [each["github"].casefold() for each in additions.values()]
    if values["github"].casefold() in logins:
        yield f"another person has the GitHub login {values['github']}"
    try:
        Roster.model_validate({**_EMPTY, "people": {handle: dict(values)}})
    except ValidationError as error:
        yield "; ".join(f"{each['loc'][-1]}: {each['msg']}" for each in error.errors())


_EMPTY: Final = {"version": 1, "teams": {}}
