"""One sandbox for all end-to-end tests; everything sent and answered keeps to the contracts."""

from pathlib import Path

import pytest
from company import Company

from reconciler.sandbox import Box


@pytest.fixture(params=["cloud", "data-center"])
def company(request: pytest.FixtureRequest, tmp_path: Path, box: Box) -> Company:
    """A company on either kind of Jira."""
    return Company(tmp_path / "repo", box, data_center=request.param == "data-center")


@pytest.fixture
def cloud(tmp_path: Path, box: Box) -> Company:
    """A company on Jira Cloud."""
    return Company(tmp_path / "repo", box)
