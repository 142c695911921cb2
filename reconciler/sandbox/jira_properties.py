"""Entity properties of issues and comments: JSON under a key, for apps to remember things by."""

import json
from typing import Final

from reconciler.sandbox.answer import Answer, JsonObject
from reconciler.sandbox.jira_call import JiraCall, JiraError, Routes
from reconciler.sandbox.jira_state import Comment

LONGEST_KEY: Final = 255
LONGEST_VALUE: Final = 32_768

routes = Routes()


def check_property(entry: object) -> tuple[str, object]:
    """A key and its value, both within their limits."""
    if not isinstance(entry, dict) or "key" not in entry or "value" not in entry:
        raise JiraError(400, "A property needs a key and a value.")
    key, value = str(entry["key"]), entry["value"]
    if not key or len(key) > LONGEST_KEY:
        raise JiraError(400, f"The key of a property must have 1 to {LONGEST_KEY} characters.")
    if len(json.dumps(value, separators=(",", ":"), ensure_ascii=False)) > LONGEST_VALUE:
        raise JiraError(400, f"The value must not be longer than {LONGEST_VALUE} characters.")
    return key, value


@routes("GET", "/issue/{key}/properties")
def list_properties(call: JiraCall) -> Answer:
    """The keys of an issue's properties."""
    issue = call.issue()
    base = call.link(f"issue/{issue.id}/properties")
    return Answer(
        body={"keys": [{"self": f"{base}/{key}", "key": key} for key in issue.properties]}
    )


@routes("GET", "/issue/{key}/properties/{property}")
def get_property(call: JiraCall) -> Answer:
    """One property of an issue."""
    return _get(call, call.issue().properties)


@routes("PUT", "/issue/{key}/properties/{property}")
def put_property(call: JiraCall) -> Answer:
    """Write a property: 201 the first time, 200 from then on."""
    issue = call.issue()
    call.need("EDIT_ISSUES", issue, "You do not have permission to edit this issue.")
    return _put(call, issue.properties)


@routes("DELETE", "/issue/{key}/properties/{property}")
def delete_property(call: JiraCall) -> Answer:
    """Forget a property."""
    issue = call.issue()
    call.need("EDIT_ISSUES", issue, "You do not have permission to edit this issue.", 404)
    return _delete(call, issue.properties)


@routes("GET", "/comment/{comment}/properties")
def list_comment_properties(call: JiraCall) -> Answer:
    """The keys of a comment's properties."""
    comment = _comment(call)
    base = call.link(f"comment/{comment.id}/properties")
    return Answer(
        body={"keys": [{"self": f"{base}/{key}", "key": key} for key in comment.properties]}
    )


@routes("GET", "/comment/{comment}/properties/{property}")
def get_comment_property(call: JiraCall) -> Answer:
    """One property of a comment."""
    return _get(call, _comment(call).properties)


@routes("PUT", "/comment/{comment}/properties/{property}")
def put_comment_property(call: JiraCall) -> Answer:
    """Write a property of a comment."""
    return _put(call, _comment(call).properties)


@routes("DELETE", "/comment/{comment}/properties/{property}")
def delete_comment_property(call: JiraCall) -> Answer:
    """Forget a property of a comment."""
    return _delete(call, _comment(call).properties)


def _comment(call: JiraCall) -> Comment:
    wanted = call.params["comment"]
    for issue in call.jira.issues.values():
        for comment in issue.comments:
            if comment.id == wanted and call.sees(issue):
                return comment
    raise JiraError(404, "The comment was not found.")


def _get(call: JiraCall, properties: JsonObject) -> Answer:
    key = _key(call, properties)
    return Answer(body={"key": key, "value": properties[key]})


def _put(call: JiraCall, properties: JsonObject) -> Answer:
    if not call.incoming.body.strip():
        raise JiraError(400, "The value of a property must be valid JSON.")
    key, value = check_property({"key": call.params["property"], "value": call.value()})
    status = 200 if key in properties else 201
    properties[key] = value
    return Answer(status, {})


def _delete(call: JiraCall, properties: JsonObject) -> Answer:
    del properties[_key(call, properties)]
    return Answer(204)


def _key(call: JiraCall, properties: JsonObject) -> str:
    key = call.params["property"]
    if key not in properties:
        raise JiraError(404, f"The property with key '{key}' does not exist.")
    return key
