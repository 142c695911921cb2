"""Everybody on the roster: found exactly once in each service, active, and under the right id."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from reconciler.model.roster import Person, Roster
from reconciler.model.setup_check import SetupCheck, fine, wrong
from reconciler.services.errors import ServiceError
from reconciler.services.forge_protocol import Forge
from reconciler.services.jira.gateway import JiraGateway
from reconciler.services.slack.gateway import SlackGateway

Look = Callable[[str, Person], tuple[str, str]]
"""The id that a service has for a person, or why there is none and what to do about it."""
_ROSTER = "config/roster.yaml"
_GUEST = (
    "If Slack refuses to invite the guest into a channel, an administrator of the workspace can add"
    " them."
)
_IN_JIRA = "Write the account id, which is in the address of the person's profile in Jira, as"
_HIDDEN = "Jira does not show the address, so the tool could not check the id on the roster"


@dataclass(frozen=True)
class PeopleCheck:
    """What came of looking everybody up."""

    lines: tuple[SetupCheck, ...]
    ids: Mapping[str, Mapping[str, str]]
    """Ids that the roster lacks, by handle and by the key of the roster."""


def examine_people(  # noqa: PLR0913, PLR0917 - whom to look for, and where
    roster: Roster,
    slack: SlackGateway | None,
    jira: JiraGateway | None,
    forge: Forge | None,
    pool: Executor,
    step: Callable[[str], None],
) -> PeopleCheck:
    """Look everybody up, side by side."""
    guests: dict[str, str] = {}
    looks: dict[str, Callable[[Person], str | None]] = {}
    if slack is not None:
        looks["slack"] = lambda person: _in_slack(slack, person, guests)
    if jira is not None:
        looks["jira"] = lambda person: _in_jira(jira, person)
    if forge is not None:
        looks["github_id"] = lambda person: _on_forge(forge, person)
    jobs = {
        (handle, key): pool.submit(look, person)
        for handle, person in roster.people.items()
        for key, look in looks.items()
    }
    lines: list[SetupCheck] = []
    ids: dict[str, dict[str, str]] = {}
    for handle, person in roster.people.items():
        mine = {key: _answer(jobs[handle, key].result) for key in looks}
        step(handle)
        lines.append(_with_guest(_line(handle, person, mine), guests.get(person.email, "")))
        missing = {
            key: found
            for key, found in mine.items()
            if getattr(person, key) is None and found and not isinstance(found, ServiceError)
        }
        if missing:
            ids[handle] = missing
    return PeopleCheck(tuple(lines), ids)


def _in_slack(slack: SlackGateway, person: Person, guests: dict[str, str]) -> str | None:
    """The account; guests are noted by address."""
    found = slack.find_user(person.email)
    if found is not None and found.guest:
        guests[person.email] = found.guest
    return found.id if found else None


def _with_guest(line: SetupCheck, guest: str) -> SetupCheck:
    """The line, with what Slack does to guests."""
    if not guest:
        return line
    limit = "in one channel only" if guest == "single-channel" else "in channels they are added to"
    message = f"{line.message}; a {guest} guest of Slack, who can be {limit}"
    return replace(line, message=message, remedy=" ".join(filter(None, (line.remedy, _GUEST))))


def _in_jira(jira: JiraGateway, person: Person) -> str | None:
    """The account; None unless exactly one is active."""
    active = [account for account, is_active in jira.find_people(person.email) if is_active]
    return active[0] if len(active) == 1 else None


def _on_forge(forge: Forge, person: Person) -> str | None:
    found = forge.user(person.github)
    return str(found.id) if found is not None and not found.bot else None


def _answer(result: Callable[[], str | None]) -> str | ServiceError | None:
    try:
        return result()
    except ServiceError as error:
        return error


def _line(
    handle: str, person: Person, found: Mapping[str, str | ServiceError | None]
) -> SetupCheck:
    diagnostics = list(_diagnostics(handle, person, found))
    if not diagnostics:
        there = [_service(key) for key, answer in found.items() if answer is not None]
        message = f"found in {', '.join(there) or 'nothing'}"
        hides = "jira" in found and found["jira"] is None
        return fine("people", handle, f"{message}; {_HIDDEN}" if hides else message)
    message = "; ".join(each for each, _ in diagnostics)
    return wrong(
        "people", handle, message, " ".join(dict.fromkeys(remedy for _, remedy in diagnostics))
    )


def _diagnostics(
    handle: str, person: Person, found: Mapping[str, str | ServiceError | None]
) -> Iterable[tuple[str, str]]:
    for key, answer in found.items():
        yield from _diagnostic(handle, person, key, answer)


def _diagnostic(
    handle: str, person: Person, key: str, answer: str | ServiceError | None
) -> Iterator[tuple[str, str]]:
    service, known = _service(key), getattr(person, key)
    if isinstance(answer, ServiceError):
        yield str(answer), answer.remedy or "Run the command again."
    elif answer is None and key == "github_id":
        remedy = f"Correct people.{handle}.github in {_ROSTER}."
        yield f"GitHub has no user {person.github}", remedy
    elif answer is None and key == "jira" and known is not None:
        return  # an address that Jira hides; the id is there for that
    elif answer is None and key == "jira":
        remedy = f"{_IN_JIRA} people.{handle}.jira in {_ROSTER}. Or correct the address."
        message = f"Jira does not find exactly one active user with {person.email}"
        yield f"{message}, also if the person hides the address", remedy
    elif answer is None:
        remedy = f"Correct the address, or write the id as people.{handle}.{key} in {_ROSTER}."
        yield f"{service} does not have exactly one active user with {person.email}", remedy
    elif known is not None and str(known) != answer:
        remedy = f"Correct people.{handle}.{key} in {_ROSTER}, or the address."
        yield f"the id is {answer} in {service}, but {known} on the roster", remedy


def _service(key: str) -> str:
    return {"slack": "Slack", "jira": "Jira", "github_id": "GitHub"}[key]
