"""A repository with the example company's policy and roster."""

import shutil
from pathlib import Path

import pytest
from merge_policy import use_merge_policy
from repos import Repo

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo(tmp_path / "repo")
    (made.path / "config").mkdir()
    for name in ("policy", "roster"):
        shutil.copy(ROOT / "config" / f"{name}.yaml", made.path / "config")
    use_merge_policy(made.path)
    made.commit()
    return made
