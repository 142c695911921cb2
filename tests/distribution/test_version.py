"""The version comes from the tags of releases, whatever else is in the repository."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]


def git(folder: Path, *arguments: str) -> None:
    names = {
        f"GIT_{who}_{what}": "x@x.example"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    env = {**os.environ, **names, "GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", *arguments], cwd=folder, env=env, check=True, capture_output=True)


@pytest.mark.parametrize(
    ("tags", "version"),
    [
        ([], "0.1.1.dev1"),
        (["nightly-1", "acc1"], "0.1.1.dev1"),
        (["v1.2.0"], "1.2.0"),
        (["v1.2.0", "vacation"], "1.2.0"),
    ],
)
def test_tags_of_others_are_no_versions(tmp_path: Path, tags: list[str], version: str) -> None:
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        (tmp_path / name).write_bytes((TOP / name).read_bytes())
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "Begin")
    for tag in tags:
        git(tmp_path, "tag", tag)
    command = [sys.executable, "-m", "hatchling", "metadata", "version"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == version, done.stderr
