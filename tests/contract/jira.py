"""Calls to Jira Cloud against its OpenAPI description.

The description is of version 3. Version 2 has the same paths, and wiki text where version 3 has
documents; Data Center is not described at all, and its calls are let through.
"""

import copy
import re
from collections.abc import Iterator
from functools import cache

from jsonschema import Draft202012Validator

from contract.exceptions import JIRA_LISTS, JIRA_STATUSES, JIRA_TYPES, JIRA_UNLISTED
from contract.folder import description
from reconciler.sandbox import Call
from reconciler.sandbox.answer import JsonObject


def check_jira_call(call: Call) -> list[str]:
    """What is wrong with a call to Jira Cloud; the answer is checked if it was recorded."""
    if call.service != "jira" or call.name in JIRA_UNLISTED:
        return []
    operation = find_operation(call.name)
    if operation is None:
        return [f"{call.name}: the description has no such operation"]
    problems = [*_query(call, operation), *_body(call, operation), *_text(call)]
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


def _query(call: Call, operation: JsonObject) -> Iterator[str]:
    known = {one["name"]: one for one in operation.get("parameters", []) if one["in"] == "query"}
    for name, value in call.request["query"].items():
        if name not in known:
            yield f"the query parameter {name!r} is not known"
        elif not _fits(known[name]["schema"], value):
            yield f"the query parameter {name!r} is wrong: {value!r}"
    for name, one in known.items():
        if one.get("required") and name not in call.request["query"]:
            yield f"the query parameter {name!r} is missing"


def _fits(schema: JsonObject, value: str) -> bool:
    if schema.get("type") == "integer":
        return value.isdigit()
    if schema.get("type") == "boolean":
        return value.lower() in {"true", "false"}
    return value in schema["enum"] if "enum" in schema else True


def _body(call: Call, operation: JsonObject) -> list[str]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    body = call.request.get("body")
    if content is None:
        return ["no body is expected"] if body else []
    if body is None and operation["requestBody"].get("required"):
        return ["a body is expected"]
    if body is None:
        return []
    return [f"the request's {problem}" for problem in _validate(content.get("schema", {}), body)]


def _text(call: Call) -> list[str]:
    """A comment's text is a string in version 2 and a document in version 3."""
    body = call.request.get("body")
    if not isinstance(body, dict) or call.request["method"] == "GET":
        return []
    texts = [body["body"]] if "/comment" in call.name and "body" in body else []
    for operation in (body.get("update") or {}).get("comment") or []:
        texts += [one["body"] for one in operation.values() if "body" in one]
    wanted = dict if call.request["version"] == "3" else str
    return [f"a comment's body is no {wanted.__name__}" for t in texts if not isinstance(t, wanted)]


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
    return [f"the answer's {problem}" for one in answers for problem in _validate(schema, one)]


def _validate(schema: JsonObject, value: object) -> Iterator[str]:
    root = {**schema, "components": _components()}
    for error in Draft202012Validator(root).iter_errors(value):
        yield f"{error.json_path}: {error.message[:300]}"


@cache
def _components() -> JsonObject:
    """The schemas, in the words of JSON Schema instead of those of OpenAPI 3.0."""
    components = copy.deepcopy(description("jira")["components"])
    _translate(components)
    for name, properties in JIRA_TYPES.items():
        for one, kind in properties.items():
            known = components["schemas"][name]["properties"]
            known[one] = {"anyOf": [known[one], {"type": kind}]}
    return components


def _translate(node: object) -> None:
    if isinstance(node, list):
        for one in node:
            _translate(one)
    elif isinstance(node, dict):
        if node.get("nullable") is True and isinstance(node.get("type"), str):
            node["type"] = [node["type"], "null"]
        for one in node.values():
            _translate(one)
