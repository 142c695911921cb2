"""Files as single facts, for the plain account: what a file says, by path, name and element."""

import json
from collections.abc import Mapping
from typing import Any

Key = tuple[str, str, str]
"""The path, the name of the field, and the element of a list."""
Facts = dict[Key, Any]
Changes = frozenset[tuple[Key, Any]]
"""Each changed fact with what it becomes; None for what is gone."""

POLICY, ROSTER = "config/policy.yaml", "config/roster.yaml"
TICKETS = ("DS-1071", "DS-1072")
PATHS = {f"escalations/2026/{ticket}.yaml": ticket for ticket in TICKETS}
PLAIN = (
    "title",
    "reason",
    "initiator",
    "contact",
    "assignee",
    "assessment",
    "snooze_until",
)
NAMED = ("withdrawn", "override")
PARTS = ("root_cause", "mitigation", "follow_ups")


def facts_of(path: str, content: Any) -> Facts:
    """Every fact of one file; nothing if there is no file."""
    if content is None:
        return {}
    if path not in PATHS:
        return {(path, "whole", ""): content}
    found: dict[tuple[str, str], Any] = {("file", ""): True}
    found |= {(name, ""): content[name] for name in PLAIN if content.get(name) is not None}
    found |= {(name, ""): _text(content[name]) for name in NAMED if content.get(name) is not None}
    found["how_many", ""] = content["impact"]["how_many"]
    found |= {("updates", _text(each)): each["by"] for each in content.get("updates") or ()}
    sides = content.get("stakeholders") or {}
    found |= {("stakeholders", each): each for each in sides.get("client_facing") or ()}
    if resolution := content.get("resolution"):
        found |= {(f"resolution.{name}", ""): resolution[name] for name in PARTS}
        told = resolution["customer_communication"]
        found |= {("resolution.owner", ""): told["owner"], ("resolution.state", ""): told["state"]}
    return {(path, *key): value for key, value in found.items()}


def all_facts(files: Mapping[str, Any]) -> Facts:
    """Every fact of every file."""
    found: Facts = {}
    for path, content in files.items():
        found |= facts_of(path, content)
    return found


def changes(before: Facts, after: Facts) -> Changes:
    """What differs."""
    return frozenset(
        (key, after.get(key))
        for key in before.keys() | after.keys()
        if before.get(key) != after.get(key)
    )


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
