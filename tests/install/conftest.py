"""A company on GitHub with everything set up as `docs/install.md` says."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from boxes import as_new
from hub import Hub

from reconciler.sandbox import Box, serve

TOP = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def running() -> Iterator[Box]:
    with serve(record=True) as box:
        yield box


@pytest.fixture
def box(running: Box, monkeypatch: pytest.MonkeyPatch) -> Iterator[Box]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield from as_new(running)


@pytest.fixture
def hub(tmp_path: Path, box: Box) -> Hub:
    made = Hub(tmp_path / "repo", box)
    for name in ("main", "audit"):
        text = (TOP / "reconciler" / "template" / f"ruleset-{name}.json").read_text()
        box.world.github.rules += [{**rule, "branch": name} for rule in json.loads(text)["rules"]]
    box.github.ran("reconcile.yml", "schedule", made.now)
    return made
