"""A repository with the standard files."""

from pathlib import Path

import pytest
from checking import ONE, standard
from repos import Repo

from reconciler.check.rules.examples import POLICY, ROSTER


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A repository with policy, roster and one escalation, on the branch main."""
    made = Repo(tmp_path / "repo")
    made.commit(
        {"config/policy.yaml": POLICY, "config/roster.yaml": ROSTER, ONE: standard()},
    )
    return made
