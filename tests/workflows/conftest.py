"""A company on GitHub whose repository holds the workflows, and what runs them."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hub import Hub
from served import served

from reconciler.sandbox import Box
from workflows.act import INSTALLED, Act
from workflows.office import Office


@pytest.fixture
def office(running: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """Workflows ask no test for the time, so it is the real one here."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    running.reset()
    now = datetime.now(UTC).replace(microsecond=0)
    hub = Hub(tmp_path / "repo", running, now=now)
    running.clock.set(None)
    hub.push("main", {"action.yml": INSTALLED}, who="hannah")
    env = {name: value for name, value in hub.env.items() if name not in os.environ}
    with served() as tool:
        yield Office(hub, Act(tmp_path / "act", running.github.remote, env, tool))
