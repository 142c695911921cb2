"""The calls that `jira.JIRA` makes for the gateway: each is one request."""

from collections.abc import Sequence
from typing import Any

from reconciler.services.jira.client import Api
from reconciler.services.jira.wire import JiraWire

Json = dict[str, Any]


class JiraCalls:
    """Calls of the library, and their answers as JSON. Each raises ServiceError.

    The path is that of the request which the library makes; a test compares the two. Which calls
    are here and which are not is explained in docs/decisions/0031-jira-client.md.
    """

    def __init__(self, wire: JiraWire) -> None:
        """Send through `wire`."""
        self._wire = wire

    def account(self, key: str) -> str:
        """The id of the account that is signed in. `key` names it: accountId or name."""
        return self._wire.call(
            "GET", "myself", lambda jira: str(jira.myself()[key]), repeatable=True
        )

    def permissions(
        self, project: str | None, keys: Sequence[str], ticket: str | None = None
    ) -> frozenset[str]:
        """Those of the permissions that the account has, in a project or on a ticket."""

        def held(jira: Api) -> frozenset[str]:
            answer = jira.my_permissions(
                projectKey=project, issueKey=ticket, permissions=",".join(keys)
            )
            found = answer["permissions"]
            return frozenset(key for key in keys if found[key]["havePermission"])

        return self._wire.call("GET", "mypermissions", held, repeatable=True)

    def link_types(self) -> frozenset[str]:
        """Names of the ways in which tickets can be linked."""

        def names(jira: Api) -> frozenset[str]:
            return frozenset(str(each.raw["name"]) for each in jira.issue_link_types(force=True))

        return self._wire.call("GET", "issueLinkType", names, repeatable=True)

    def issue(self, ticket: str, fields: str, expand: str | None = None) -> Json:
        """A ticket with these fields, separated by commas.

        Without its properties: whoever edits a ticket chooses the names in them, and the library
        makes attributes of names.
        """

        def found(jira: Api) -> Json:
            issue: Json = jira.issue(ticket, fields=fields, expand=expand).raw
            return issue | {"fields": dict(issue["fields"])}

        return self._wire.call("GET", f"issue/{ticket}", found, repeatable=True, ticket=ticket)

    def comments(self, ticket: str, start: int, most: int) -> list[Json]:
        """A page of the comments on a ticket."""

        def page(jira: Api) -> list[Json]:
            return [each.raw for each in jira.comments(ticket, start_at=start, max_results=most)]

        path = f"issue/{ticket}/comment"
        return self._wire.call("GET", path, page, repeatable=True, ticket=ticket)

    def assignable(
        self, ticket: str, *, query: str | None = None, username: str | None = None
    ) -> list[Json]:
        """Accounts that a ticket can be assigned to, at most 50. Cloud takes a query."""

        def found(jira: Api) -> list[Json]:
            users = jira.search_assignable_users_for_issues(
                username=username, query=query, issueKey=ticket
            )
            return [each.raw for each in users]

        return self._wire.call("GET", "user/assignable/search", found, repeatable=True)

    def set_property(self, ticket: str, name: str, value: Json) -> None:
        """Write a property of a ticket."""
        self._wire.call(
            "PUT",
            f"issue/{ticket}/properties/{name}",
            lambda jira: jira.add_issue_property(ticket, name, value),
            repeatable=True,
            ticket=ticket,
        )
