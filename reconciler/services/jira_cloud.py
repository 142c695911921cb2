"""Jira Cloud: many tickets in one request, and everything about one ticket in one edit."""

from collections.abc import Iterable, Sequence
from typing import Any

from reconciler.model.observed import Priority
from reconciler.model.receipt import PROPERTY, Receipt
from reconciler.model.receipt_form import as_property
from reconciler.services.errors import reading_answer
from reconciler.services.jira import (
    BATCH,
    FIELDS,
    Issue,
    JiraGateway,
    TicketEdit,
    labelled_jql,
    raised_from,
)


class JiraCloud(JiraGateway):
    """Jira Cloud: many tickets in one request, and everything about one ticket in one edit."""

    account_key = "accountId"
    _search_path = "search/jql"
    _query_key = "query"

    def _issues(self, keys: Sequence[str]) -> dict[str, Issue]:
        batches = [keys[start : start + BATCH] for start in range(0, len(keys), BATCH)]
        found: list[Issue] = []
        for answer in self._pool.map(self._bulk_fetch, batches):
            found += answer["issues"]
        by_key = {str(issue["key"]): issue for issue in found}
        # Jira follows moved tickets but does not say which key led where; the receipt does.
        for issue in found:
            was = (issue.get("properties") or {}).get(PROPERTY) or {}
            if isinstance(was, dict) and was.get("ticket") in set(keys) - set(by_key):
                by_key[was["ticket"]] = issue
        return {key: by_key[key] for key in keys if key in by_key}

    def _bulk_fetch(self, keys: Sequence[str]) -> Any:  # noqa: ANN401 - JSON
        body = {
            "issueIdsOrKeys": list(keys),
            "fields": list(FIELDS),
            "properties": [PROPERTY],
            "expand": ["editmeta"],
        }
        return self._wire.send("POST", "issue/bulkfetch", body=body, repeatable=True)

    @reading_answer("Jira", "search_labelled")
    def search_labelled(self, label: str, projects: Iterable[str]) -> list[str]:
        """See JiraGateway; the search index lags, so this only ever adds tickets to look at."""
        found: list[str] = []
        body: dict[str, Any] = {
            "jql": labelled_jql(label, projects),
            "fields": ["key"],
            "maxResults": 1000,
        }
        while True:
            page = self._search(("POST", "search/jql"), body)
            found += [str(issue["key"]) for issue in page["issues"]]
            token = page.get("nextPageToken")
            if not token:
                return found
            body["nextPageToken"] = token

    @reading_answer("Jira", "find_account")
    def find_account(self, email: str, ticket: str) -> str | None:
        """See JiraGateway. The look-up matches prefixes, so anything but one hit is no answer."""
        hits = self._calls.assignable(ticket, query=email)
        return str(hits[0]["accountId"]) if len(hits) == 1 else None

    def edit(
        self,
        ticket: str,
        edit: TicketEdit,
        before: Receipt | None,  # noqa: ARG002
        after: Receipt | None,
    ) -> None:
        """See JiraGateway: one request, all of it or nothing."""
        body = self._edit_body(edit)
        if after is not None:
            body["properties"] = [{"key": PROPERTY, "value": as_property(after)}]
        self._put_issue(ticket, body, edit)

    @reading_answer("Jira", "raised_from")
    def raised_from(self, ticket: str, ours: str) -> tuple[Priority, ...]:
        """See JiraGateway."""
        body = {"issueIdsOrKeys": [ticket], "fields": ["priority"], "expand": ["changelog"]}
        answer = self._wire.send("POST", "issue/bulkfetch", body=body, repeatable=True)
        # Without a log nothing is known of it, which is not the same as an empty one.
        return raised_from(answer["issues"][0]["changelog"], ours)
