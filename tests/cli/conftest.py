"""A sandbox for each test, and the example company in a folder of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from company import Company

from reconciler.sandbox import serve


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Company]:
    """A company with one escalation declared and nothing done yet."""
    with serve() as box:
        company = Company(tmp_path / "repo", box)
        company.write("DS-1071")
        yield company
