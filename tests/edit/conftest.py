"""One sandbox for all; everything sent and answered keeps to the contracts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from boxes import as_new
from hub import Hub

from reconciler.sandbox import Box, serve


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
    """A company whose policy asks for reviews."""
    return Hub(tmp_path / "repo", box)
