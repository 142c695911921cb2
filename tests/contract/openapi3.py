"""What the descriptions in OpenAPI 3.0 have in common, in the words of JSON Schema."""

from collections.abc import Iterator

from jsonschema import Draft202012Validator

from reconciler.sandbox.answer import JsonObject


def queries(operation: JsonObject, given: JsonObject) -> Iterator[str]:
    """What is wrong with the query of a call."""
    known = {one["name"]: one for one in operation.get("parameters", []) if one["in"] == "query"}
    for name, value in given.items():
        if name not in known:
            yield f"the query parameter {name!r} is not known"
        elif not _fits(known[name]["schema"], value):
            yield f"the query parameter {name!r} is wrong: {value!r}"
    for name, one in known.items():
        if one.get("required") and name not in given:
            yield f"the query parameter {name!r} is missing"


def _fits(schema: JsonObject, value: str) -> bool:
    if schema.get("type") == "integer":
        return value.isdigit()
    if schema.get("type") == "boolean":
        return value.lower() in {"true", "false"}
    return value in schema["enum"] if "enum" in schema else True


def bodies(operation: JsonObject, body: object, components: JsonObject) -> list[str]:
    """What is wrong with the body of a call."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return ["no body is expected"] if body else []
    if body is None and operation["requestBody"].get("required"):
        return ["a body is expected"]
    if body is None:
        return []
    schema = content.get("schema", {})
    return [f"the request's {problem}" for problem in validate(schema, body, components)]


def validate(schema: JsonObject, value: object, components: JsonObject) -> Iterator[str]:
    """Where a value does not fit a schema."""
    root = {**schema, "components": components}
    for error in Draft202012Validator(root).iter_errors(value):
        yield f"{error.json_path}: {error.message[:300]}"


def translate(node: object) -> None:
    """Turn what OpenAPI 3.0 calls nullable into what JSON Schema calls it, in place."""
    if isinstance(node, list):
        for one in node:
            translate(one)
    elif isinstance(node, dict):
        if node.get("nullable") is True:
            _allow_null(node)
        for one in node.values():
            translate(one)


def _allow_null(node: JsonObject) -> None:
    if isinstance(node.get("type"), str):
        node["type"] = [node["type"], "null"]
        if isinstance(node.get("enum"), list):
            node["enum"] = [*node["enum"], None]
        return
    for word in ("allOf", "anyOf", "oneOf"):
        if word in node:
            node["anyOf"] = [{word: node.pop(word)}, {"type": "null"}]
            return
