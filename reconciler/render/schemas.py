"""JSON Schemas of the files, for editors that complete and validate while somebody types."""

import json
from collections.abc import Mapping
from typing import Any, Final

from reconciler.load.shape import schema_of
from reconciler.model.base import Model
from reconciler.model.escalation import Escalation
from reconciler.model.policy import Policy
from reconciler.model.roster import Roster

MODELS: Final[Mapping[str, type[Model]]] = {
    "escalation": Escalation,
    "policy": Policy,
    "roster": Roster,
}
_NESTED: Final = ("properties", "$defs", "patternProperties")

Schema = dict[str, Any]


def file_name(name: str) -> str:
    """The file that a schema is kept in."""
    return f"{name}.schema.json"


def schema_text(name: str) -> str:
    """A schema as the text of its file."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:escalation-as-code:{name}",
        "title": name.capitalize(),
        **_cleaned(schema_of(MODELS[name])),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _cleaned(schema: Schema) -> Schema:
    """The schema without what pydantic adds for itself: made-up titles, nulls, empty defaults."""
    made: Schema = {}
    for key, value in schema.items():
        if key in _NESTED:
            made[key] = {name: _cleaned(part) for name, part in value.items()}
        elif key == "title" or (key == "default" and value in (None, [], {})):
            continue
        elif isinstance(value, dict) and key != "default":
            made[key] = _cleaned(value)
        elif key == "anyOf":
            made |= _choice([_cleaned(option) for option in value])
        else:
            made[key] = value
    return made


def _choice(options: list[Schema]) -> Schema:
    """A choice; one that only adds null to something else becomes that thing."""
    something = [option for option in options if option.get("type") != "null"]
    if len(something) > 1 or len(something) == len(options):
        return {"anyOf": options}
    only = something[0]
    return {**only, "type": [only["type"], "null"]} if "type" in only else only
