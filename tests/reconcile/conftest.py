"""One sandbox for all end-to-end tests; everything sent and answered keeps to the contracts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from boxes import as_new
from company import Company

from reconciler.sandbox import Box, serve


@pytest.fixture(scope="session")
def running() -> Iterator[Box]:
    with serve(record=True) as box:
        yield box


@pytest.fixture
def box(running: Box, monkeypatch: pytest.MonkeyPatch) -> Iterator[Box]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield from as_new(running)


@pytest.fixture(params=["cloud", "data-center"])
def company(request: pytest.FixtureRequest, tmp_path: Path, box: Box) -> Company:
    """A company on either kind of Jira."""
    return Company(tmp_path / "repo", box, data_center=request.param == "data-center")


@pytest.fixture
def cloud(tmp_path: Path, box: Box) -> Company:
    """A company on Jira Cloud."""
    return Company(tmp_path / "repo", box)
