"""Where the descriptions are, if they are anywhere."""

import json
import os
from functools import cache
from pathlib import Path

import pytest

from reconciler.sandbox.answer import JsonObject

NAMES = {
    "github": "github-rest.openapi3.json",
    "jira": "jira-cloud-v3.openapi3.json",
    "slack": "slack-web-api.openapi2.json",
    "samples": "slack-samples",
}


def _folder() -> Path | None:
    given = os.environ.get("ESCALATE_CONTRACTS")
    beside = sorted(Path(__file__).resolve().parents[3].glob("*/contracts"))
    candidates = [Path(given)] if given else beside
    return next((one for one in candidates if (one / NAMES["jira"]).is_file()), None)


FOLDER = _folder()
AVAILABLE = FOLDER is not None
needs_contracts = pytest.mark.skipif(not AVAILABLE, reason="ESCALATE_CONTRACTS names no folder")


@cache
def description(name: str) -> JsonObject:
    """One of the descriptions."""
    assert FOLDER is not None
    return json.loads((FOLDER / NAMES[name]).read_text(encoding="utf-8"))


@cache
def sample(method: str) -> JsonObject | None:
    """A recorded answer of a Slack method with its values blanked; None if there is none."""
    assert FOLDER is not None
    path = FOLDER / NAMES["samples"] / f"{method}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
