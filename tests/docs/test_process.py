"""docs/process.md: one row for each sentence of the process, and whatever a row names exists."""

import re
from pathlib import Path
from typing import Any

import pytest

from reconciler.check.registry import RULES
from reconciler.model.base import Model
from reconciler.model.escalation import Escalation
from reconciler.model.policy import Policy
from reconciler.model.roster import Roster

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "process.md").read_text(encoding="utf-8")
MODELS: dict[str, type[Model]] = {"escalation": Escalation, "policy": Policy, "roster": Roster}
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in PAGE.splitlines()
    if line.startswith('| "')
]
SENTENCES = 41
"""How many sentences the process page has."""


def test_there_is_a_row_for_every_sentence() -> None:
    assert len(ROWS) == SENTENCES
    assert all(len(row) == 2 for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][1:50])
def test_a_row_says_where_the_sentence_lives(row: list[str]) -> None:
    kinds = re.findall(r"\*\*(\w+)\*\*", row[1])
    assert kinds
    assert set(kinds) <= {"Encoded", "Enforced", "Done", "Stated"}
    for part in re.split(r"(?=\*\*\w+\*\*)", row[1]):
        if part.startswith("**Enforced"):
            assert "reference/rules.md#" in part


@pytest.mark.parametrize("rule", sorted(set(re.findall(r"rules\.md#([\w-]+)", PAGE))))
def test_rules_exist(rule: str) -> None:
    assert rule in RULES
    assert f"[{rule}](reference/rules.md#{rule})" in PAGE


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#]+)", PAGE))))
def test_files_exist(link: str) -> None:
    assert (DOCS / link).exists()


@pytest.mark.parametrize(
    ("file", "field"), sorted(set(re.findall(r"`(escalation|policy|roster): ([\w.]+)`", PAGE)))
)
def test_fields_exist(file: str, field: str) -> None:
    schema = MODELS[file].model_json_schema()
    here: dict[str, Any] = schema
    for name in field.split("."):
        here = _inside(here, schema["$defs"])
        assert name in here["properties"], f"{file} has no {field}"
        here = here["properties"][name]


def _inside(node: dict[str, Any], defs: dict[str, Any]) -> dict[str, Any]:
    """The object that a field holds, be it in a list, in a mapping or optional."""
    while "properties" not in node:
        if "$ref" in node:
            node = defs[node["$ref"].rpartition("/")[2]]
        elif "anyOf" in node:
            node = next(each for each in node["anyOf"] if each.get("type") != "null")
        elif "items" in node:
            node = node["items"]
        else:
            node = node.get("additionalProperties") or next(
                iter(node.get("patternProperties", {}).values())
            )
    return node
