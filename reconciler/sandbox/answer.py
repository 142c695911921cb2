"""The few types that all parts of the sandbox share."""

from dataclasses import dataclass, field
from typing import Any

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What a service says: a JSON body, or raw text when it says something else."""

    status: int = 200
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)
    raw: str | None = None
    media_type: str = "application/json;charset=UTF-8"
    error: str = ""
