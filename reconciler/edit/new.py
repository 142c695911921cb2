"""The file of a ticket that is escalated for the first time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from reconciler.edit.write_yaml import as_block
from reconciler.load.raw import ESCALATIONS

_SCHEMA: Final = "# yaml-language-server: $schema=../../schemas/escalation.schema.json\n"
_BEFORE_A_GAP: Final = ("contact", "reporter", "stakeholders")


def path_of(ticket: str, now: datetime, zone: ZoneInfo) -> str:
    """Where the file of a ticket belongs that is escalated now."""
    return f"{ESCALATIONS}/{now.astimezone(zone).year}/{ticket}.yaml"


def new_file(escalation: Mapping[str, Any]) -> bytes:
    """The file, with gaps between its parts."""
    parts = [_SCHEMA]
    for key, value in escalation.items():
        parts.append(as_block({key: value}))
        if key in _BEFORE_A_GAP:
            parts.append("\n")
    return "".join(parts).rstrip("\n").encode() + b"\n"
