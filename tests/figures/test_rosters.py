"""The roster in force at a commit, whichever way it came to main."""

from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from repos import Repo

from reconciler.model.roster import Roster
from reconciler.services.git.main_line import rosters_at
from reconciler.services.git.timeline import read_timeline

PATH = "config/roster.yaml"


def roster(name: str) -> str:
    team = {"name": name, "kind": "dev-support"}
    return yaml.safe_dump({"version": 1, "teams": {"t": team}, "people": {}})


def names(repo: Repo, folder: Path | None = None) -> list[str]:
    """What the team is called at each commit of the main line; empty without a roster."""
    folder = folder or repo.path
    line = read_timeline(folder, now=repo.now + timedelta(days=1)).commits
    found = rosters_at(folder, "HEAD", line, range(len(line)))
    return [_name(found.get(each.position)) for each in line]


def _name(found: Roster | None) -> str:
    return found.teams["t"].name if found else ""


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "repo")


def test_from_its_commit_to_the_next(repo: Repo):
    repo.commit()
    repo.commit({PATH: roster("one")})
    repo.commit({"other": "x"})
    repo.commit({PATH: roster("two")})
    repo.commit({PATH: "people: ["})
    repo.commit({PATH: roster("one")})
    repo.git("rm", "-q", PATH)
    repo.commit()
    assert names(repo) == ["", "one", "one", "two", "", "one", ""]


def test_of_a_branch_only_the_merge_counts(repo: Repo):
    repo.commit({PATH: roster("one")})
    repo.git("checkout", "-q", "-b", "side")
    repo.commit({PATH: roster("two")})
    repo.commit({PATH: roster("three")})
    repo.git("checkout", "-q", "main")
    repo.commit({"other": "x"})
    repo.merge("side")
    assert names(repo) == ["one", "one", "three"]


def test_in_a_folder_of_a_larger_repository(repo: Repo):
    repo.commit({f"desk/{PATH}": roster("mine"), PATH: roster("another's")})
    assert names(repo, repo.path / "desk") == ["mine"]


def test_a_link_is_no_roster(repo: Repo):
    repo.write({"elsewhere.yaml": roster("one")})
    (repo.path / "config").mkdir()
    (repo.path / PATH).symlink_to("../elsewhere.yaml")
    repo.commit()
    assert names(repo) == [""]


def test_nothing_is_asked_of_git_for_nothing(repo: Repo):
    repo.commit({PATH: roster("one")})
    line = read_timeline(repo.path, now=repo.now).commits
    assert rosters_at(repo.path, "HEAD", line, ()) == {}
