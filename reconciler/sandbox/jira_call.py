"""A call to Jira: who makes it, on which of the two faces, and the table of routes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from reconciler.sandbox import routes
from reconciler.sandbox.answer import JsonObject
from reconciler.sandbox.incoming import Incoming
from reconciler.sandbox.jira_state import Account, Issue, JiraState, Project
from reconciler.sandbox.world import World

Face = Literal["cloud", "dc"]
NO_ISSUE = "Issue does not exist or you do not have permission to see it."


class JiraError(Exception):
    """A refusal with Jira's two kinds of explanations."""

    def __init__(self, status: int, *messages: str, **errors: str) -> None:
        super().__init__(*messages)
        self.status = status
        self.messages = list(messages)
        self.errors = errors


@dataclass
class JiraCall:
    """One call on its way through a route."""

    incoming: Incoming
    world: World
    account: Account
    face: Face
    base: str
    params: dict[str, str]
    search_lag: float = 0.0

    @property
    def jira(self) -> JiraState:
        """The site."""
        return self.world.jira

    @property
    def cloud(self) -> bool:
        """Whether this is the Cloud face of the site."""
        return self.face == "cloud"

    def link(self, path: str) -> str:
        """The address of something in the API."""
        return f"{self.base}/rest/api/2/{path}"

    def query(self, name: str) -> str:
        """A query parameter; empty when it is missing."""
        return self.incoming.last(name)

    def listed(self, name: str) -> list[str]:
        """A query parameter that is a list, be it repeated, joined by commas, or both."""
        values = self.incoming.query.get(name, [])
        return [part.strip() for value in values for part in value.split(",") if part.strip()]

    def number(self, name: str, otherwise: int) -> int:
        """A query parameter that is a number."""
        given = self.query(name)
        if not given:
            return otherwise
        if not given.isdigit():
            raise JiraError(400, f"The value '{given}' of '{name}' is not a number.")
        return int(given)

    def value(self) -> object:
        """The body, whatever JSON it is. Jira refuses one that does not say that it is JSON."""
        if self.incoming.body and not self.incoming.is_json:
            raise JiraError(415, "Unsupported Media Type")
        try:
            return self.incoming.json()
        except ValueError as wrong:
            text = "There was an error parsing JSON. Check that your request body is valid."
            raise JiraError(400, text) from wrong

    def body(self) -> JsonObject:
        """The body, which has to be an object."""
        value = self.value()
        if not isinstance(value, dict):
            raise JiraError(400, "Invalid request payload. Refer to the REST API documentation.")
        return value

    def issue(self) -> Issue:
        """The issue that the path names, if the caller may see it."""
        return self.visible(self.params["key"])

    def visible(self, key_or_id: str) -> Issue:
        """An issue that the caller may see."""
        issue = self.jira.find(key_or_id)
        if issue is None or not self.sees(issue):
            raise JiraError(404, NO_ISSUE)
        return issue

    def sees(self, issue: Issue) -> bool:
        """Whether the caller may see an issue."""
        open_to_all = issue.visible_to is None or self.account.id in issue.visible_to
        return open_to_all and self.may("BROWSE_PROJECTS", issue.project)

    def project(self, key: str) -> Project:
        """A project that the caller may see."""
        for project in self.jira.projects.values():
            if key.upper() in {project.key, project.id}:
                customer = self.account.id in project.customers
                if customer or self.may("BROWSE_PROJECTS", project.key):
                    return project
                break
        raise JiraError(404, f"No project could be found with key '{key}'.")

    def may(self, permission: str, project: str) -> bool:
        """Whether the caller has a permission in a project."""
        found = self.jira.projects[project]
        return self.account.id not in {*found.deny.get(permission, []), *found.customers}

    def may_on(self, permission: str, issue: Issue) -> bool:
        """Whether the caller has a permission on an issue."""
        special = permission in self.jira.projects[issue.project].for_reporters
        mine = issue.reporter == self.account.id
        return self.may(permission, issue.project) and (mine or not special)

    def need(self, permission: str, issue: Issue, text: str, status: int = 403) -> None:
        """Refuse the call unless the caller has a permission."""
        if not self.may_on(permission, issue):
            raise JiraError(status, text)


def Routes() -> routes.Routes[JiraCall]:  # noqa: N802 - reads as the class that it makes
    """A family of routes, on both faces unless one says otherwise."""
    return routes.Routes(("cloud", "dc"))


def page(
    call: JiraCall, items: Iterable[object], most: int = 50
) -> tuple[list[object], JsonObject]:
    """The items of a page by startAt and maxResults, and the numbers that go with them."""
    every = list(items)
    start, size = call.number("startAt", 0), min(call.number("maxResults", most), most)
    shown = every[start : start + size]
    return shown, {"startAt": start, "maxResults": size, "total": len(every)}
