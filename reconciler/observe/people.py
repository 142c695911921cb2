"""Accounts of people: from the roster, and by e-mail address where the roster has no id."""

from collections.abc import Iterable

from reconciler.model.roster import Roster
from reconciler.model.trouble import Trouble
from reconciler.observe.once import Once
from reconciler.services.jira import JiraGateway
from reconciler.services.slack import SlackGateway


class People:
    """Finds accounts; each person is looked up at most once in a run."""

    def __init__(self, jira: JiraGateway, slack: SlackGateway, roster: Roster) -> None:
        """Start from the roster."""
        self._jira = jira
        self._slack = slack
        self._roster = roster
        self._found: Once[str | None] = Once()

    def in_slack(self, handles: Iterable[str]) -> tuple[dict[str, str], dict[str, Trouble]]:
        """Slack ids by handle, and the trouble with those that have none."""
        ids: dict[str, str] = {}
        unknown: dict[str, Trouble] = {}
        for handle in handles:
            person = self._roster.people.get(handle)
            found = person.slack if person else None
            if person is not None and found is None:
                email = person.email
                found = self._found.get(f"slack {handle}", lambda: self._slack.find_user(email))  # noqa: B023
            if found is None:
                unknown[f"slack/{handle}"] = _unknown(
                    "slack.members", "Slack", handle, self._roster
                )
            else:
                ids[handle] = found
        return ids, unknown

    def handle_in_jira(self, account: str | None) -> str | None:
        """Who on the roster has this Jira account; nobody is looked up for it."""
        return None if account is None else self._roster.with_jira_account(account)

    def in_jira(self, handle: str | None, ticket: str) -> tuple[dict[str, str], dict[str, Trouble]]:
        """The Jira account of an assignee, or the trouble with finding it."""
        if handle is None:
            return {}, {}
        person = self._roster.people.get(handle)
        found = person.jira if person else None
        if person is not None and found is None:
            email = person.email
            found = self._found.get(
                f"jira {handle}", lambda: self._jira.find_account(email, ticket)
            )
        if found is None:
            return {}, {f"jira/{handle}": _unknown("jira.assignee", "Jira", handle, self._roster)}
        return {handle: found}, {}


def _unknown(facet: str, service: str, handle: str, roster: Roster) -> Trouble:
    person = roster.people.get(handle)
    if person is None:
        return Trouble(facet, f"{handle} is not on the roster", "Add them to config/roster.yaml.")
    address = person.email
    key = service.lower()
    return Trouble(
        facet,
        f"{service} has no active user for {handle} ({address})",
        f"Correct the address, or give the id as people.{handle}.{key} in config/roster.yaml.",
    )
