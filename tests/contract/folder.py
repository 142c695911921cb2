"""Where the descriptions of the vendors are."""

import json
import os
from functools import cache
from pathlib import Path

from reconciler.sandbox.answer import JsonObject

NAMES = {
    "github": "github-rest.openapi3.json",
    "jira": "jira-cloud-v3.openapi3.json",
    "slack": "slack-web-api.openapi2.json",
    "samples": "slack-samples",
}


FOLDER = Path(os.environ.get("ESCALATE_CONTRACTS") or Path(__file__).parent / "vendors")
"""The descriptions as the vendors publish them, or the parts of them that are in the repository."""


@cache
def description(name: str) -> JsonObject:
    """One of the descriptions."""
    return json.loads((FOLDER / NAMES[name]).read_text(encoding="utf-8"))


@cache
def sample(method: str) -> JsonObject | None:
    """A recorded answer of a Slack method with its values blanked; None if there is none."""
    path = FOLDER / NAMES["samples"] / f"{method}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
