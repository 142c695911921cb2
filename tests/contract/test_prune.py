"""What `make contracts` keeps: all that a check reads, and nothing that only people read."""

import json
import os
from pathlib import Path

import pytest

from contract.prune import DESCRIPTIONS, INTO, files, pruned

DESCRIPTION = {
    "openapi": "3.0.0",
    "info": {"title": "T", "version": "1", "description": "long"},
    "paths": {
        "/a/{example}": {
            "get": {
                "summary": "S",
                "parameters": [{"$ref": "#/components/parameters/one"}],
                "responses": {
                    "200": {"description": "D", "schema": {"$ref": "#/components/schemas/A"}}
                },
            }
        }
    },
    "components": {
        "parameters": {"one": {"name": "one", "description": "D"}},
        "schemas": {
            "A": {
                "properties": {
                    "description": {"type": "string", "example": "x"},
                    "b": {"items": {"$ref": "#/components/schemas/B"}},
                },
            },
            "B": {"enum": ["x"], "x-vendor": 1},
            "unreached": {"type": "string"},
        },
    },
}


def test_what_is_kept() -> None:
    assert pruned(DESCRIPTION) == {
        "info": {"title": "T", "version": "1"},
        "paths": {
            "/a/{example}": {
                "get": {
                    "parameters": [{"$ref": "#/components/parameters/one"}],
                    "responses": {"200": {"schema": {"$ref": "#/components/schemas/A"}}},
                }
            }
        },
        "components": {
            "parameters": {"one": {"name": "one"}},
            "schemas": {
                "A": {
                    "properties": {
                        "description": {"type": "string"},
                        "b": {"items": {"$ref": "#/components/schemas/B"}},
                    },
                },
                "B": {"enum": ["x"]},
            },
        },
    }


@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_what_is_in_the_repository_cannot_be_pruned_further(name: str) -> None:
    kept = json.loads((INTO / name).read_text(encoding="utf-8"))
    assert pruned(kept) == kept


def test_it_is_small() -> None:
    assert sum(each.stat().st_size for each in INTO.rglob("*.*")) < 700_000


def test_it_is_what_the_script_makes() -> None:
    """From the whole descriptions where they are at hand; from the parts themselves elsewhere."""
    source = Path(os.environ.get("ESCALATE_CONTRACTS") or INTO)
    written = dict(files(source))
    there = {
        str(each.relative_to(INTO)): each.read_text(encoding="utf-8")
        for each in INTO.rglob("*.json")
    }
    assert written == there
