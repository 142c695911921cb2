"""Reading issues whose keys are known: one, many, their history."""

from typing import Final

from reconciler.sandbox.answer import Answer, JsonObject
from reconciler.sandbox.jira_call import JiraCall, JiraError, Routes, page
from reconciler.sandbox.jira_fields import choose, cut_comments, show_issue
from reconciler.sandbox.jira_show import show_history

MOST_LOGGED: Final = 40
MOST_KEYS: Final = 100
MOST_PROPERTIES: Final = 5
MOST_COMMENTS: Final = 100

routes = Routes()


@routes("GET", "/issue/{key}")
def get_issue(call: JiraCall) -> Answer:
    """One issue, with all of its fields unless told otherwise."""
    names = choose(call.listed("fields") or ["*all"])
    properties, expand = call.listed("properties"), call.listed("expand")
    shown = show_issue(call, call.issue(), names, properties=properties, expand=expand)
    return Answer(body=_shorten(shown))


def _shorten(shown: JsonObject) -> JsonObject:
    fields = shown["fields"]
    if "comment" in fields:
        fields["comment"] = cut_comments(fields["comment"], MOST_COMMENTS)
    return shown


@routes("POST", "/issue/bulkfetch", faces=("cloud",))
def bulk_fetch(call: JiraCall) -> Answer:
    """Up to 100 issues by key or id, in the order of their ids; unknown ones are left out."""
    body = call.body()
    keys = string_list(body, "issueIdsOrKeys")
    if not keys:
        raise JiraError(400, "Issue IDs or keys must be provided.")
    if len(keys) > MOST_KEYS:
        raise JiraError(400, f"The number of issues must not exceed {MOST_KEYS}.")
    properties = string_list(body, "properties")
    if len(properties) > MOST_PROPERTIES:
        raise JiraError(400, f"The number of properties must not exceed {MOST_PROPERTIES}.")
    names = choose(string_list(body, "fields") or ["*navigable"])
    expand = string_list(body, "expand")
    found = {issue.id: issue for key in keys if (issue := call.jira.find(key))}
    issues = [
        _cut_log(_shorten(show_issue(call, issue, names, properties=properties, expand=expand)))
        for _, issue in sorted(found.items(), key=lambda item: int(item[0]))
        if call.sees(issue) and issue.key not in call.jira.busy
    ]
    errors = [
        {"id": each.id, "errorMessage": "The issue could not be loaded. Try again."}
        for each in found.values()
        if call.sees(each) and each.key in call.jira.busy
    ]
    return Answer(body={"issueErrors": errors, "issues": issues})


def _cut_log(shown: JsonObject) -> JsonObject:
    """The issue with at most 40 entries of its change log, which are the latest ones."""
    if "changelog" in shown:
        kept = shown["changelog"]["histories"][:MOST_LOGGED]
        size = len(kept)
        shown["changelog"] |= {"histories": kept, "maxResults": size, "total": size}
    return shown


def string_list(body: JsonObject, name: str) -> list[str]:
    """A list of strings in a body; a 400 for anything else."""
    value = body.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise JiraError(400, f"'{name}' must be a list of strings.")
    return value


@routes("GET", "/issue/{key}/changelog", faces=("cloud",))
def changelog(call: JiraCall) -> Answer:
    """A page of an issue's history, oldest first."""
    issue = call.issue()
    shown, sizes = page(call, [show_history(call, entry) for entry in issue.history], 100)
    link = call.link(f"issue/{issue.key}/changelog")
    last = sizes["startAt"] + len(shown) >= sizes["total"]
    return Answer(body={"self": link, **sizes, "isLast": last, "values": shown})
