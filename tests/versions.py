"""Escalation files that say what a test of history asks."""

import json
from typing import Any

import yaml

RESOLUTION = {
    "root_cause": "A retired address.",
    "mitigation": "It was replaced.",
    "follow_ups": "none",
    "customer_communication": {"owner": "lena", "state": "sent"},
}
WITHDRAWN = {"by": "priya", "reason": "It is gone."}
EPISODE = {
    "impact": {"level": "high", "who": "Payers", "how_many": 9, "symptom": "Payments fail."},
    "reason": "Payers cannot pay.",
    "initiator": "priya",
    "contact": "lena",
}


def news(text: str, hour: int = 14) -> dict[str, str]:
    return {"at": f"2026-11-20T{hour}:05:00-05:00", "by": "dmitri", "text": text}


def escalation(ticket: str, **others: Any) -> str:
    value = {
        "ticket": ticket,
        "title": "Payments fail",
        **EPISODE,
        "reporter": {
            "person": "lena",
            "findings": "All of one bank.",
            "blocked_because": "No access.",
        },
        **others,
    }
    # Through JSON, or what is written twice would become an alias.
    return yaml.safe_dump(json.loads(json.dumps(value)), sort_keys=False)


def path_of(ticket: str, year: int = 2026) -> str:
    return f"escalations/{year}/{ticket}.yaml"
