"""Jira Cloud: many tickets in one request, and everything about one ticket in one edit."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, Final

from reconciler.model.receipt import PROPERTY, Receipt
from reconciler.services.errors import TOO_LARGE, ServiceError, cut, reading_answer
from reconciler.services.jira.comments import CloudComments
from reconciler.services.jira.edit import TicketEdit
from reconciler.services.jira.gateway import (
    BATCH,
    Issue,
    Issues,
    JiraGateway,
    is_cut,
    labelled_jql,
    too_large,
)
from reconciler.services.paging import Paging

_MOST_PAGES: Final = 100
"""Of a change log, with 100 edits each."""


class JiraCloud(JiraGateway):
    """Jira Cloud: many tickets in one request, and everything about one ticket in one edit."""

    account_key = "accountId"
    _search_path = "search/jql"
    _query_key = "query"

    def _comments(self) -> CloudComments:
        return CloudComments(self._wire, self.account_key)

    def _issues(self, keys: Sequence[str]) -> Issues:
        batches = [keys[start : start + BATCH] for start in range(0, len(keys), BATCH)]
        found: list[Issue] = []
        doubtful: list[str] = []
        unread: dict[str, ServiceError] = {}
        for batch, answer in chain.from_iterable(self._pool.map(self._bulk_fetch, batches)):
            if isinstance(answer, ServiceError):
                unread |= {key: too_large(key, answer) for key in batch}
                continue
            found += answer["issues"]
            # Errors name a ticket by its id, so that any that is missing may be meant. Without a
            # word on errors, nothing says that those which are missing are not there.
            if answer.get("issueErrors") != []:
                doubtful += batch
        by_key = {str(issue["key"]): issue for issue in found}
        # Jira follows moved tickets but does not say which key led where; the receipt does.
        for issue in found:
            was = self._opened(issue).receipt
            if was is not None and was.ticket in set(keys) - set(by_key):
                by_key[was.ticket] = issue
        asked = set(keys)
        if any(str(issue["key"]) not in asked and _is_new(issue, by_key) for issue in found):
            doubtful = list(keys)  # one of them leads to a ticket of another key
        open_ = [key for key in doubtful if key not in by_key and key not in unread]
        alone = self._each_alone(open_)
        return Issues(
            {key: each for key in keys if (each := by_key.get(key) or alone.found.get(key))},
            alone.unread | unread,
        )

    def _bulk_fetch(self, keys: Sequence[str]) -> list[tuple[Sequence[str], Any]]:
        """Some keys with the answer for them, or with why a single one has none.

        If an answer is too large, each half of the keys is asked for.
        """
        try:
            return [(keys, self._bulk_answer(keys))]
        except ServiceError as error:
            if error.code != TOO_LARGE:
                raise
            if len(keys) == 1:
                return [(keys, error)]
        middle = len(keys) // 2
        return self._bulk_fetch(keys[:middle]) + self._bulk_fetch(keys[middle:])

    def _bulk_answer(self, keys: Sequence[str]) -> Any:  # noqa: ANN401 - JSON
        body = {
            "issueIdsOrKeys": list(keys),
            "fields": list(self.fields),
            "properties": [PROPERTY],
            "expand": ["editmeta"],
        }
        return self._wire.send("POST", "issue/bulkfetch", body=body, repeatable=True)

    @reading_answer("Jira", "search_labelled")
    def search_labelled(self, label: str, projects: Iterable[str]) -> list[str]:
        """See JiraGateway; the search index lags, so this only ever adds tickets to look at."""
        found: list[str] = []
        paging = Paging("Jira", "POST search/jql")
        body: dict[str, Any] = {
            "jql": labelled_jql(label, projects),
            "fields": ["key"],
            "maxResults": 1000,
        }
        while True:
            page = self._search(("POST", "search/jql"), body)
            found += [str(issue["key"]) for issue in page["issues"]]
            token = page.get("nextPageToken")
            if not token and page.get("isLast") is False:
                raise cut("Jira", "POST search/jql")
            if not token:
                return found
            paging.turn(str(token), len(page["issues"]))
            body["nextPageToken"] = token

    def _assignable(self, email: str, ticket: str) -> list[Issue]:
        return self._calls.assignable(ticket, query=email)

    def edit(
        self,
        ticket: str,
        edit: TicketEdit,
        before: Receipt | None,  # noqa: ARG002
        after: Receipt | None,
    ) -> None:
        """See JiraGateway: one request, all of it or nothing."""
        body = edit.body
        if after is None:
            self._put_issue(ticket, body, edit)
            return
        with self._sealing(ticket, after) as value:
            self._put_issue(
                ticket, body | {"properties": [{"key": PROPERTY, "value": value}]}, edit
            )

    def _histories(self, ticket: str) -> list[Issue]:
        body = {"issueIdsOrKeys": [ticket], "fields": ["priority"], "expand": ["changelog"]}
        answer = self._wire.send("POST", "issue/bulkfetch", body=body, repeatable=True)
        # Without a log nothing is known of it, which is not the same as an empty one.
        log = answer["issues"][0]["changelog"]
        return self._log(ticket) if is_cut(log) else list(log["histories"])

    def _log(self, ticket: str) -> list[Issue]:
        """The whole change log, page by page."""
        found: list[Issue] = []
        path = f"issue/{ticket}/changelog"
        for _ in range(_MOST_PAGES):
            params = {"startAt": str(len(found)), "maxResults": str(BATCH)}
            page = self._get(path, params, ticket)
            found += page["values"]
            if page["isLast"]:
                return found
            if not page["values"]:
                break
        raise cut("Jira", f"GET {path}")


def _is_new(issue: Issue, known: Mapping[str, Issue]) -> bool:
    """Whether nothing says which key led to a ticket."""
    key = str(issue["key"])
    return not any(each is issue for asked, each in known.items() if asked != key)
