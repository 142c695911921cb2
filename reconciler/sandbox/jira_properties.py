"""Entity properties: JSON under a key. Those of comments come and go with the comments."""

import json
from typing import Final

from reconciler.sandbox.answer import Answer, JsonObject
from reconciler.sandbox.jira_call import JiraCall, JiraError, Routes

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


@routes("GET", "/issue/{key}/properties/{property}")
def get_property(call: JiraCall) -> Answer:
    """One property of an issue."""
    properties = call.issue().properties
    key = read_key(call, properties)
    return Answer(body={"key": key, "value": properties[key]})


@routes("PUT", "/issue/{key}/properties/{property}")
def put_property(call: JiraCall) -> Answer:
    """Write a property: 201 the first time, 200 from then on."""
    issue = call.issue()
    call.need("EDIT_ISSUES", issue, "You do not have permission to edit this issue.")
    if not call.incoming.body.strip():
        raise JiraError(400, "The value of a property must be valid JSON.")
    key, value = check_property({"key": call.params["property"], "value": call.value()})
    status = 200 if key in issue.properties else 201
    issue.properties[key] = value
    return Answer(status, {})


@routes("DELETE", "/issue/{key}/properties/{property}")
def delete_property(call: JiraCall) -> Answer:
    """Forget a property."""
    issue = call.issue()
    call.need("EDIT_ISSUES", issue, "You do not have permission to edit this issue.", 404)
    del issue.properties[read_key(call, issue.properties)]
    return Answer(204)


def read_key(call: JiraCall, properties: JsonObject) -> str:
    """The key in the path, which these properties have."""
    key = call.params["property"]
    if key not in properties:
        raise JiraError(404, f"The property with key '{key}' does not exist.")
    return key
