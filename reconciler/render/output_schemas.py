"""JSON Schemas of what commands print with `--format json`."""

import json
from collections.abc import Mapping
from typing import Any, Final

from reconciler.model.change import Plan
from reconciler.model.output import Output
from reconciler.model.report import Report
from reconciler.model.simulation import Simulation
from reconciler.model.standing import Status
from reconciler.render.ack_data import AcknowledgeOutput
from reconciler.render.audit_verification import VerifyOutput
from reconciler.render.check_data import CheckOutput
from reconciler.render.desk_data import DesksOutput
from reconciler.render.history_data import HistoryOutput
from reconciler.render.key_meanings import MEANINGS, meaning
from reconciler.render.live_data import DoctorLiveOutput
from reconciler.render.plan_data import ApplyOutput
from reconciler.render.roster_import_data import RosterImportOutput
from reconciler.render.rules_data import RulesOutput
from reconciler.render.setup_data import DoctorOutput, SetupGithubOutput

Schema = dict[str, Any]

_LEFT_OUT: Final = frozenset({"$defs", "additionalProperties", "default", "properties", "title"})
OUTPUTS: Final[Mapping[str, type[Output]]] = {
    "acknowledge": AcknowledgeOutput,
    "apply": ApplyOutput,
    "check": CheckOutput,
    "desks": DesksOutput,
    "doctor": DoctorOutput,
    "doctor --live": DoctorLiveOutput,
    "explain": RulesOutput,
    "history": HistoryOutput,
    "history --verify": VerifyOutput,
    "plan": Plan,
    "report": Report,
    "roster import": RosterImportOutput,
    "setup github": SetupGithubOutput,
    "simulate": Simulation,
    "status": Status,
}
"""By the name of the command."""


def output_file_name(command: str) -> str:
    """The file that the schema of a command's output is kept in."""
    return f"{command.replace(' --', ' ').replace(' ', '-')}.schema.json"


def output_schema_text(command: str) -> str:
    """A schema as the text of its file."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:escalation-as-code:output:{command.replace(' ', '-')}",
        "title": f"escalate {command} --format json",
        **output_schema(command),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def output_schema(command: str) -> Schema:
    """The schema: each key is always present, and has a description. There can be more keys."""
    return _completed(OUTPUTS[command].model_json_schema(mode="serialization"))


def _completed(schema: Schema) -> Schema:
    """A part of a schema without what pydantic adds for itself."""
    made = {key: value for key, value in schema.items() if key not in _LEFT_OUT}
    if schema.get("title") in MEANINGS:
        made["description"] = MEANINGS[schema["title"]]
    if "items" in schema:
        made["items"] = _completed(schema["items"])
    if "anyOf" in schema:
        made["anyOf"] = [_completed(each) for each in schema["anyOf"]]
    if "properties" in schema:
        model = schema["title"]
        made["properties"] = {
            key: _described(model, key, each) for key, each in schema["properties"].items()
        }
        made["required"] = list(schema["properties"])
    if "$defs" in schema:
        made["$defs"] = {name: _completed(each) for name, each in schema["$defs"].items()}
    return made


def _described(model: str, key: str, schema: Schema) -> Schema:
    made = _completed(schema)
    return made if "description" in made else {"description": meaning(model, key), **made}
