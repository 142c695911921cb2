"""Calls to Slack against its OpenAPI description and recorded answers."""

import json
import re
from collections.abc import Iterator
from functools import cache

from contract.exceptions import SLACK_ERRORS, SLACK_FIELDS, SLACK_PARAMETERS, SLACK_REQUIRED
from contract.folder import description, sample
from reconciler.sandbox import Call
from reconciler.sandbox.answer import JsonObject

# A recorded answer, or a schema, for some part of an answer.
Source = tuple[str, object]
TIMESTAMP = re.compile(r"\d{1,10}(\.\d{1,6})?")


def check_slack_call(call: Call) -> list[str]:
    """What is wrong with a call to Slack; the answer is checked if it was recorded."""
    if not parameters(call.name):
        return [f"{call.name}: the description has no such method"]
    problems = list(_request(call))
    if isinstance(call.response, dict):
        problems += _error(call) if call.response.get("ok") is False else _fields(call)
    return [f"{call.name} (call {call.number}): {problem}" for problem in problems]


@cache
def parameters(method: str) -> dict[str, str]:
    """The arguments of a method with their types; empty if nothing is known about it."""
    known = {}
    for operation in description("slack")["paths"].get(f"/{method}", {}).values():
        known |= {one["name"]: one["type"] for one in operation["parameters"]}
    known.pop("token", None)
    found = {**known, **SLACK_PARAMETERS.get(method, {})}
    return found or ({"": ""} if f"/{method}" in description("slack")["paths"] else {})


@cache
def _required(method: str) -> set[str]:
    operations = description("slack")["paths"].get(f"/{method}", {}).values()
    listed = [one for operation in operations for one in operation["parameters"]]
    named = {one["name"] for one in listed if one.get("required") and one["name"] != "token"}
    return named | SLACK_REQUIRED.get(method, set())


def _request(call: Call) -> Iterator[str]:
    known = parameters(call.name)
    for name, value in call.request.items():
        if name not in known:
            yield f"the argument {name!r} is not known"
        elif not _fits(known[name], value):
            yield f"the argument {name!r} is no {known[name]}: {value!r}"
    if call.response is None or call.response.get("ok"):
        for name in sorted(_required(call.name) - set(call.request)):
            yield f"the argument {name!r} is missing"


def _fits(kind: str, value: object) -> bool:
    if kind in {"object", "array"}:
        given = json.loads(value) if isinstance(value, str) else value
        return isinstance(given, {"object": dict, "array": list}[kind])
    if kind == "boolean":
        return str(value).lower() in {"true", "false", "0", "1"}
    if kind == "integer":
        return str(value).isdigit() and value is not True
    if kind in {"ts", "number"}:
        return TIMESTAMP.fullmatch(str(value)) is not None
    return isinstance(value, str)


def _error(call: Call) -> list[str]:
    known = _errors() | SLACK_ERRORS
    code = call.response.get("error")
    return [] if code in known else [f"the error {code!r} is not known"]


@cache
def _errors() -> set[str]:
    """Every code that any method may answer with."""
    found = set()
    for operations in description("slack")["paths"].values():
        for operation in operations.values():
            schema = operation["responses"]["default"].get("schema", {})
            found |= set(schema.get("properties", {}).get("error", {}).get("enum", []))
    return found


def _fields(call: Call) -> list[str]:
    recorded = sample(call.name)
    schemas = [
        operation["responses"]["200"].get("schema")
        for operation in description("slack")["paths"].get(f"/{call.name}", {}).values()
    ]
    known = [("sample", recorded)] if recorded else []
    known += [("schema", schema) for schema in schemas if schema]
    extra = SLACK_FIELDS.get(call.name, set())
    return list(_unknown(call.response, known, extra, "")) if known or extra else []


def _unknown(value: object, known: list[Source], extra: set[str], where: str) -> Iterator[str]:
    """Fields of an answer that neither a sample nor a schema has, at any depth."""
    if isinstance(value, list):
        inner = [one for source in known for one in _items(source)]
        for item in value:
            yield from _unknown(item, inner, extra, f"{where}[]")
    elif isinstance(value, dict):
        fields = _properties(known)
        for name, item in value.items():
            if name in extra:
                continue
            if name not in fields and fields:
                yield f"the answer's field {where}.{name} is not known"
            yield from _unknown(item, fields.get(name, []), extra, f"{where}.{name}")
    elif value is not None:
        kinds = {type(one) for kind, one in known if kind == "sample"}
        if kinds and type(value) not in kinds:
            yield f"the answer's field {where} has an odd value: {value!r}"


def _properties(known: list[Source]) -> dict[str, list[Source]]:
    fields = {}
    for kind, source in known:
        if kind == "sample":
            named = source.items() if isinstance(source, dict) else ()
            for name, inner in named:
                fields.setdefault(name, []).append(("sample", inner))
        else:
            for one in _alternatives(source):
                for name, inner in one.get("properties", {}).items():
                    fields.setdefault(name, []).append(("schema", inner))
    return fields


def _items(source: Source) -> list[Source]:
    kind, value = source
    if kind == "sample":
        return [("sample", one) for one in value] if isinstance(value, list) else []
    return [
        ("schema", one["items"])
        for one in _alternatives(value)
        if one.get("type") == "array" and "items" in one
    ]


def _alternatives(schema: object) -> list[JsonObject]:
    """The schemas behind a reference, and behind this description's way of saying "one of"."""
    if isinstance(schema, list):
        return [found for one in schema for found in _alternatives(one)]
    if "$ref" in schema:
        return _alternatives(description("slack")["definitions"][schema["$ref"].split("/")[-1]])
    if isinstance(schema.get("items"), list) and schema.get("type") != "array":
        return _alternatives(schema["items"])
    if "anyOf" in schema or "oneOf" in schema:
        return _alternatives(schema.get("anyOf") or schema["oneOf"])
    return [schema]
