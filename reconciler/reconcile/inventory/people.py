"""Accounts of people: from the roster, and by e-mail address where the roster has no id."""

from collections.abc import Iterable

from reconciler.model.diagnostic import Diagnostic
from reconciler.model.roster import Person, Roster
from reconciler.reconcile.inventory.cached_reads import Once
from reconciler.services.errors import ServiceError
from reconciler.services.jira.accounts import MAY_NOT_SEARCH
from reconciler.services.jira.gateway import JiraGateway
from reconciler.services.slack.gateway import SlackGateway
from reconciler.services.slack.values import SlackAccount


class People:
    """Finds accounts; each person is looked up at most once in a run."""

    def __init__(self, jira: JiraGateway, slack: SlackGateway, roster: Roster) -> None:
        """Start from the roster."""
        self._jira = jira
        self._slack = slack
        self._roster = roster
        self._in_slack: Once[SlackAccount | None] = Once()
        self._in_jira: Once[tuple[str, ...] | Diagnostic] = Once()

    def in_slack(self, handles: Iterable[str]) -> tuple[dict[str, str], dict[str, Diagnostic]]:
        """Slack ids by handle, and a diagnostic for each person without one."""
        ids: dict[str, str] = {}
        unknown: dict[str, Diagnostic] = {}
        for handle in handles:
            person = self._roster.people.get(handle)
            found = person.slack if person else None
            if person is not None and found is None:
                email = person.email
                account = self._in_slack.get(handle, lambda: self._slack.find_user(email))  # noqa: B023
                found = account.id if account else None
            if found is None:
                unknown[f"slack/{handle}"] = _unknown(
                    "slack.members", "Slack", handle, self._roster
                )
            else:
                ids[handle] = found
        return ids, unknown

    def handle_in_jira(self, account: str | None) -> str | None:
        """The handle of this Jira account on the roster; makes no call."""
        return None if account is None else self._roster.with_jira_account(account)

    def in_jira(
        self, handle: str | None, ticket: str
    ) -> tuple[dict[str, str], dict[str, Diagnostic]]:
        """The Jira account of an assignee, or a diagnostic why there is none."""
        if handle is None:
            return {}, {}
        person = self._roster.people.get(handle)
        if person is not None and person.jira is not None:
            return {handle: person.jira}, {}
        found = self._in_jira.get(handle, lambda: self._search(person, ticket)) if person else ()
        if isinstance(found, Diagnostic):
            return {}, {f"jira/{handle}": found}
        if len(found) > 1:
            return {}, {f"jira/{handle}": _ambiguous(handle, self._roster, len(found))}
        if not found:
            return {}, {f"jira/{handle}": _unknown("jira.assignee", "Jira", handle, self._roster)}
        return {handle: found[0]}, {}

    def _search(self, person: Person, ticket: str) -> tuple[str, ...] | Diagnostic:
        """The accounts that can be this person's, or why Jira allows no search."""
        try:
            return self._jira.find_accounts(person.email, ticket)
        except ServiceError as error:
            if error.code != MAY_NOT_SEARCH:
                raise
            return Diagnostic("jira.assignee", str(error), error.remedy)


def _ambiguous(handle: str, roster: Roster, number: int) -> Diagnostic:
    address = roster.people[handle].email
    return Diagnostic(
        "jira.assignee",
        f"Jira finds {number} users who can be {handle} ({address}), and does not show addresses",
        f"Give the id of the right one as people.{handle}.jira in config/roster.yaml.",
    )


def _unknown(facet: str, service: str, handle: str, roster: Roster) -> Diagnostic:
    person = roster.people.get(handle)
    if person is None:
        return Diagnostic(
            facet, f"{handle} is not on the roster", "Add them to config/roster.yaml."
        )
    address = person.email
    if service == "Jira":
        return Diagnostic(
            facet,
            f"Jira finds no active user for {handle} ({address}), also if the person hides the"
            " address",
            f"Give the account id as people.{handle}.jira in config/roster.yaml. If the address is"
            " wrong, correct it.",
        )
    return Diagnostic(
        facet,
        f"{service} has no active user for {handle} ({address})",
        f"Correct the address, or give the id as people.{handle}.slack in config/roster.yaml.",
    )
