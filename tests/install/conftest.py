"""A company on GitHub with everything set up as `docs/install.md` says."""

import json
from pathlib import Path

import pytest
from hub import Hub

from reconciler.sandbox import Box
from reconciler.sandbox.github_state import HubEnvironment

TOP = Path(__file__).parents[2]


@pytest.fixture
def hub(tmp_path: Path, box: Box) -> Hub:
    made = Hub(tmp_path / "repo", box)
    for name in ("main", "audit"):
        text = (TOP / "reconciler" / "template" / f"ruleset-{name}.json").read_text()
        box.world.github.rules += [{**rule, "branch": name} for rule in json.loads(text)["rules"]]
    box.world.github.environments["escalations"] = HubEnvironment(
        1, made.now, custom_branch_policies=True, branches={1: ("branch", "main")}
    )
    box.github.ran("reconcile.yml", "schedule", made.now)
    return made
