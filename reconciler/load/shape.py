"""What the models expect at a place of a file, for messages about it."""

from functools import cache
from typing import Any, NamedTuple

from reconciler.model.base import Model
from reconciler.model.finding import Loc

Schema = dict[str, Any]


class Expected(NamedTuple):
    """What belongs at one place."""

    description: str
    choices: tuple[str, ...]
    keys: tuple[str, ...]
    longest: int | None
    pattern: str
    is_time: bool


@cache
def schema_of(model: type[Model]) -> Schema:
    """The model's JSON Schema as pydantic writes it."""
    return model.model_json_schema()


def expected(model: type[Model], loc: Loc) -> Expected:
    """What belongs at a place of the model's file."""
    top = schema_of(model)
    node, description = _resolve(top, top), ""
    for part in loc:
        raw = _step(node, part)
        description = str(raw.get("description", ""))
        node = _resolve(top, raw)
    choices = node.get("enum", ())
    return Expected(
        description or str(node.get("description", "")),
        tuple(str(choice) for choice in choices),
        tuple(node.get("properties", ())),
        node.get("maxLength"),
        str(node.get("pattern", "")),
        node.get("format") == "date-time",
    )


def _step(node: Schema, part: str | int) -> Schema:
    if isinstance(part, int):
        return dict(node.get("items", {}))
    found = node.get("properties", {}).get(part)
    if found is not None:
        return dict(found)
    for pattern in node.get("patternProperties", {}).values():
        return dict(pattern)
    extra = node.get("additionalProperties")
    return dict(extra) if isinstance(extra, dict) else {}


def _resolve(top: Schema, node: Schema) -> Schema:
    """Follow a reference, and take the part of a choice that is not null."""
    while "$ref" in node or "anyOf" in node:
        if "$ref" in node:
            node = top["$defs"][node["$ref"].rpartition("/")[2]]
            continue
        options = [option for option in node["anyOf"] if option.get("type") != "null"]
        node = options[0] if options else {}
    return node
