"""The page of how to install, followed with the sandbox in the place of the real services."""

import os
import re
import shlex
import subprocess
from pathlib import Path

import forked
import pytest
from hub import Hub

from reconciler.sandbox import serve

TOP = Path(__file__).parents[2]
PAGE = (TOP / "docs" / "install.md").read_text()


def commands(heading: str) -> list[list[str]]:
    """The commands of the first block under a heading, continuation lines joined."""
    part = PAGE.partition(heading)[2]
    block = re.search(r"```sh\n(.*?)```", part, re.DOTALL)
    assert block is not None
    text = block[1].replace("\\\n", " ")
    return [shlex.split(line) for line in text.splitlines() if line.strip()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Step 2, as it stands there."""
    (tmp_path / "tool").mkdir()
    at = tmp_path / "tool"
    env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull}
    for line in commands("## 2. A repository for the data"):
        if line[0] == "cd":
            at = at / line[1]
            continue
        if line[0] == "escalate":
            done = forked.run(line[1:], cwd=at, env=env)
        else:
            done = subprocess.run(
                line, cwd=at, env=env, capture_output=True, text=True, check=False
            )
        assert done.returncode == 0, done.stdout + done.stderr
    return at.resolve()


def test_the_repository_for_the_data(folder: Path):
    assert folder.name == "escalations"
    assert (folder / ".github/workflows/reconcile.yml").is_file()
    assert (folder / ".git").is_dir()


def test_what_the_page_names_is_what_is_laid_down(folder: Path):
    for name in ("slack-app-manifest.yaml", "ruleset-main.json", "ruleset-audit.json"):
        assert f"`{name}`" in PAGE
        assert (folder / name).is_file()
    workflow = (folder / ".github/workflows/reconcile.yml").read_text()
    for kind, name in re.findall(r"\| (secret|variable) \| `(\w+)` \|", PAGE):
        assert f"{'secrets' if kind == 'secret' else 'vars'}.{name} " in workflow
    assert "name: escalations" in workflow


def test_the_first_escalation(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Steps 5 to 8: what is laid down, pushed to GitHub, escalates."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serve() as box:
        hub = Hub(tmp_path / "hub", box)
        roster = (TOP / "config" / "roster.yaml").read_text()
        policy = (folder / "config" / "policy.yaml").read_text()
        hub.push("main", {"config/policy.yaml": policy, "config/roster.yaml": roster}, who="hannah")
        number = hub.propose("DS-1071")
        hub.reconcile()
        (message,) = hub.announcements("DS-1071")
        assert "proposed in" in message["text"]
        hub.review(number)
        hub.merge(number)
        hub.reconcile()
        assert len(hub.channels("DS-1071")) == 1
        doctor = hub.escalate("doctor", status=1).stdout
        assert "Import ruleset-main.json" in " ".join(doctor.split())
