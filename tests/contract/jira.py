"""Calls to Jira Cloud against its OpenAPI description.

The description is of version 3. We speak version 2, which has the same paths, and wiki text where
version 3 has documents; Data Center is not described at all, and its calls are let through.
"""

import copy
import re
from functools import cache

from contract.exceptions import JIRA_LISTS, JIRA_STATUSES, JIRA_TYPES, JIRA_UNLISTED
from contract.folder import description
from contract.openapi3 import bodies, queries, translate, validate
from reconciler.sandbox import Call
from reconciler.sandbox.answer import JsonObject


def check_jira_call(call: Call) -> list[str]:
    """What is wrong with a call to Jira Cloud; the answer is checked if it was recorded."""
    if call.service != "jira" or call.name in JIRA_UNLISTED:
        return []
    operation = find_operation(call.name)
    if operation is None:
        return [f"{call.name}: the description has no such operation"]
    problems = [*queries(operation, call.request["query"]), *_body(call, operation), *_text(call)]
    if call.status:
        problems += _answer(call, operation)
    return [f"{call.name} (call {call.number}): {problem}" for problem in problems]


@cache
def find_operation(name: str) -> JsonObject | None:
    """The operation behind a call's name, whatever the parameters in the path are called."""
    method, _, template = name.partition(" ")
    wanted = re.sub(r"{\w+}", "{}", template)
    for path, operations in description("jira")["paths"].items():
        if re.sub(r"{\w+}", "{}", path.removeprefix("/rest/api/3")) == wanted:
            return operations.get(method.lower())
    return None


def _body(call: Call, operation: JsonObject) -> list[str]:
    return bodies(operation, call.request.get("body"), _components())


def _text(call: Call) -> list[str]:
    """A comment's text is a string; the description has documents there."""
    body = call.request.get("body")
    if not isinstance(body, dict) or call.request["method"] == "GET":
        return []
    texts = [body["body"]] if "/comment" in call.name and "body" in body else []
    for operation in (body.get("update") or {}).get("comment") or []:
        texts += [one["body"] for one in operation.values() if "body" in one]
    return ["a comment's body is no text" for text in texts if not isinstance(text, str)]


def _answer(call: Call, operation: JsonObject) -> list[str]:
    documented = operation["responses"]
    if str(call.status) not in documented and call.status not in JIRA_STATUSES:
        return [f"the status {call.status} is not documented"]
    schema = (
        documented.get(str(call.status), {})
        .get("content", {})
        .get("application/json", {})
        .get("schema")
    )
    if not schema or call.response is None:
        return []
    several = call.name in JIRA_LISTS and isinstance(call.response, list)
    answers = call.response if several else [call.response]
    return [
        f"the answer's {problem}"
        for one in answers
        for problem in validate(schema, one, _components())
    ]


@cache
def _components() -> JsonObject:
    """The schemas, in the words of JSON Schema instead of those of OpenAPI 3.0."""
    components = copy.deepcopy(description("jira")["components"])
    translate(components)
    for name, properties in JIRA_TYPES.items():
        for one, kind in properties.items():
            known = components["schemas"][name]["properties"]
            known[one] = {"anyOf": [known[one], {"type": kind}]}
    return components
