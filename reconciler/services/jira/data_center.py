"""Jira Data Center: a request for each ticket, and properties apart from edits."""

from collections.abc import Iterable, Sequence
from typing import Any

from reconciler.model.receipt import Receipt
from reconciler.services.errors import TOO_LARGE, ServiceError, cut, reading_answer
from reconciler.services.jira.comments import DataCenterComments
from reconciler.services.jira.edit import TicketEdit
from reconciler.services.jira.gateway import (
    Issue,
    Issues,
    JiraGateway,
    NotRememberedError,
    is_cut,
    labelled_jql,
    too_large,
)
from reconciler.services.paging import Paging


class JiraDataCenter(JiraGateway):
    """Jira Data Center: a request for each ticket, and properties apart from edits."""

    account_key = "name"
    _search_path = "search"
    _query_key = "username"

    def _comments(self) -> DataCenterComments:
        return DataCenterComments(self._wire, self.account_key)

    def _issues(self, keys: Sequence[str]) -> Issues:
        read = Issues({})
        for key, issue in zip(keys, self._pool.map(self._issue_if_small, keys), strict=True):
            if isinstance(issue, ServiceError):
                read.unread[key] = too_large(key, issue)
            elif issue is not None:
                read.found[key] = issue
        return read

    def _issue_if_small(self, key: str) -> Issue | ServiceError | None:
        try:
            return self._issue(key)
        except ServiceError as error:
            if error.code == TOO_LARGE:
                return error
            raise

    @reading_answer("Jira", "search_labelled")
    def search_labelled(self, label: str, projects: Iterable[str]) -> list[str]:
        """See JiraGateway."""
        found: list[str] = []
        body: dict[str, Any] = {
            "jql": labelled_jql(label, projects),
            "fields": ["key"],
            "maxResults": 500,
        }
        paging = Paging("Jira", "POST search")
        while True:
            page = self._search(("POST", "search"), {**body, "startAt": len(found)})
            found += [str(issue["key"]) for issue in page["issues"]]
            if len(found) >= int(page["total"]):
                return found
            if not page["issues"]:
                raise cut("Jira", "POST search")
            paging.turn(str(len(found)), len(page["issues"]))

    def _assignable(self, email: str, ticket: str) -> list[Issue]:
        return self._calls.assignable(ticket, username=email)

    def edit(
        self, ticket: str, edit: TicketEdit, before: Receipt | None, after: Receipt | None
    ) -> None:
        """See JiraGateway."""
        if "priority" in edit.fields and before is not None:
            self.remember(ticket, before)
            if after is not None:  # the second of two writes
                after = after.model_copy(update={"counter": after.counter + 1})
        self._put_issue(ticket, edit.body, edit)
        if after is not None:
            try:
                self.remember(ticket, after)
            except ServiceError as error:
                raise NotRememberedError(error) from error

    def _histories(self, ticket: str) -> list[Issue]:
        log = self._calls.issue(ticket, "priority", expand="changelog")["changelog"]
        if is_cut(log):
            raise cut("Jira", f"GET issue/{ticket}")
        return list(log["histories"])
