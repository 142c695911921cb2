"""Calls to GitHub against its OpenAPI description."""

import copy
import re
from collections.abc import Iterator
from functools import cache

from contract.exceptions import GITHUB_STATUSES, GITHUB_UNLISTED
from contract.folder import description
from contract.openapi3 import bodies, queries, translate, validate
from reconciler.sandbox import Call
from reconciler.sandbox.answer import JsonObject


def check_github_call(call: Call) -> list[str]:
    """What is wrong with a call to GitHub; the answer is checked if it was recorded."""
    if call.name in GITHUB_UNLISTED:
        return []
    operation = find_operation(call.name)
    if operation is None:
        return [f"{call.name}: the description has no such operation"]
    problems = [
        *queries(operation, call.request["query"]),
        *bodies(operation, call.request.get("body"), _components()),
    ]
    if call.status:
        problems += _answer(call, operation)
    return [f"{call.name} (call {call.number}): {problem}" for problem in problems]


@cache
def find_operation(name: str) -> JsonObject | None:
    """The operation behind a call's name, whatever the parameters in the path are called."""
    method, _, template = name.partition(" ")
    wanted = re.sub(r"{[^}]+}", "{}", template)
    for path, operations in _translated()["paths"].items():
        if re.sub(r"{[^}]+}", "{}", path) == wanted and method.lower() in operations:
            operation = operations[method.lower()]
            parameters = [_resolved(one) for one in operation.get("parameters", [])]
            return {**operation, "parameters": parameters}
    return None


def _answer(call: Call, operation: JsonObject) -> Iterator[str]:
    documented = operation["responses"]
    if str(call.status) not in documented:
        if call.status not in GITHUB_STATUSES:
            yield f"the status {call.status} is not documented"
        return
    response = _resolved(documented[str(call.status)])
    schema = response.get("content", {}).get("application/json", {}).get("schema")
    if schema and call.response is not None:
        for problem in validate(schema, call.response, _components()):
            yield f"the answer's {problem}"


def _resolved(node: JsonObject) -> JsonObject:
    while "$ref" in node:
        found: JsonObject = _translated()
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        node = found
    return node


@cache
def _translated() -> JsonObject:
    whole = copy.deepcopy(description("github"))
    translate(whole)
    return whole


def _components() -> JsonObject:
    return dict(_translated()["components"])
