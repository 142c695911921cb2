"""Searching: Cloud's eventually consistent search/jql, and Data Center's search."""

import base64
import binascii
from typing import Final

from reconciler.sandbox.answer import Answer, JsonObject
from reconciler.sandbox.jira_call import JiraCall, JiraError, Routes
from reconciler.sandbox.jira_fields import choose, cut_comments, show_issue
from reconciler.sandbox.jira_index import indexed, known
from reconciler.sandbox.jira_issues import string_list
from reconciler.sandbox.jira_jql import Query, parse
from reconciler.sandbox.jira_state import Issue

UNBOUNDED: Final = (
    "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."
)
MOST_WITH_FIELDS: Final = 100
MOST_BARE: Final = 5000
MOST_PROPERTIES: Final = 5
MOST_RECONCILED: Final = 50
MOST_COMMENTS: Final = 20

routes = Routes()


@routes("POST", "/search/jql", faces=("cloud",))
def search(call: JiraCall) -> Answer:
    """A page of a search, by default with ids only."""
    body = call.body()
    query = parse(str(body.get("jql") or ""))
    if not query.conditions:
        raise JiraError(400, UNBOUNDED)
    names, properties = string_list(body, "fields"), string_list(body, "properties")
    reconciled = body.get("reconcileIssues") or []
    if len(properties) > MOST_PROPERTIES or len(reconciled) > MOST_RECONCILED:
        raise JiraError(400, "Too many properties or issues to reconcile.")
    _refuse_unknown(call, query)
    found = _found(call, query, {str(one) for one in reconciled})
    most = MOST_BARE if set(names) <= {"id", "key"} and not properties else MOST_WITH_FIELDS
    size = min(_size(body), most)
    start = _read_token(body.get("nextPageToken"))
    expand = str(body.get("expand") or "").split(",")
    shown = [_show(call, issue, names, properties, expand) for issue in found[start : start + size]]
    last = start + size >= len(found)
    token = {} if last else {"nextPageToken": _write_token(start + size)}
    return Answer(body={"issues": shown, "isLast": last, **token})


def _show(
    call: JiraCall, issue: Issue, names: list[str], properties: list[str], expand: list[str]
) -> JsonObject:
    if not names and not properties:
        return {"id": issue.id}
    fields = choose(names)
    shown = show_issue(call, issue, fields, properties=properties, expand=expand)
    if "comment" in shown["fields"]:
        shown["fields"]["comment"] = cut_comments(shown["fields"]["comment"], MOST_COMMENTS)
    return shown if fields else {key: shown[key] for key in shown if key != "fields"}


def _found(call: JiraCall, query: Query, reconciled: set[str]) -> list[Issue]:
    """The issues that the index has, which may be behind; reconciled ones as they are now."""
    now = call.world.clock.seconds()
    found = []
    for issue in call.jira.issues.values():
        fresh = issue.id in reconciled
        fields = indexed(issue) if fresh else known(issue, now, call.search_lag)
        if fields is not None and call.sees(issue) and query.holds(fields):
            found.append(issue)
    return sorted(found, key=lambda issue: int(issue.id), reverse=query.descending)


def _refuse_unknown(call: JiraCall, query: Query, *, keys: bool = True) -> None:
    for condition in query.conditions:
        for value in condition.values:
            if condition.field == "project" and value.upper() not in call.jira.projects:
                text = f"The value '{value}' does not exist for the field 'project'."
                raise JiraError(400, text)
            if condition.field == "key" and keys:
                issue = call.jira.find(value)
                if issue is None or not call.sees(issue):
                    text = f"An issue with key '{value}' does not exist for field 'key'."
                    raise JiraError(400, text)


def _size(body: JsonObject) -> int:
    size = body.get("maxResults", 50)
    if not isinstance(size, int) or size < 0:
        raise JiraError(400, "'maxResults' must be a number.")
    return size or 50


def _write_token(start: int) -> str:
    return base64.urlsafe_b64encode(f"next:{start}".encode()).decode()


def _read_token(token: object) -> int:
    if not token:
        return 0
    try:
        kind, _, number = base64.urlsafe_b64decode(str(token)).decode().partition(":")
        if kind == "next":
            return int(number)
    except (binascii.Error, ValueError) as wrong:
        raise JiraError(400, "The provided next page token is invalid or expired.") from wrong
    raise JiraError(400, "The provided next page token is invalid or expired.")


@routes("POST", "/search", faces=("dc",))
def search_dc(call: JiraCall) -> Answer:
    """Always up to date, without properties, and strict about keys unless told otherwise."""
    body = call.body()
    query = parse(str(body.get("jql") or ""))
    lenient = str(body.get("validateQuery", "")).lower() in {"false", "none", "warn"}
    _refuse_unknown(call, query, keys=not lenient)
    found = [
        issue
        for issue in call.jira.issues.values()
        if call.sees(issue) and query.holds(indexed(issue))
    ]
    found.sort(key=lambda issue: int(issue.id), reverse=query.descending)
    start, size = int(body.get("startAt") or 0), min(_size(body), 1000)
    names = choose(string_list(body, "fields") or ["*navigable"])
    expand = string_list(body, "expand")
    shown = [
        show_issue(call, issue, names, properties=[], expand=expand)
        for issue in found[start : start + size]
    ]
    sizes = {"startAt": start, "maxResults": size, "total": len(found)}
    return Answer(body={"expand": "names,schema", **sizes, "issues": shown})
