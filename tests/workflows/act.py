"""Workflows run step by step on this machine, by nektos/act without docker.

What it cannot show: permissions, environments, which secrets a fork gets, concurrency, rulesets.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
TOP = HERE.parents[1]
ACT = Path(sys.executable).with_name("act")
PINS = {
    "checkout": "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1",
    "cache": "actions/cache@27d5ce7f107fe9357f9df03efb73ab90386fccae",
    "setup-python": "actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97",
}
UNKNOWN_TO_ACT = re.compile(r"^ +(?:deployment: false|timezone: \S+)\b.*\n", re.MULTILINE)
"""Keys of 2026, which `make lint` checks and act refuses as unknown."""
INSTALLED = """\
name: the tool, installed already
description: Puts a command on the PATH that runs this very code.
runs:
  using: composite
  steps:
    - name: Use it
      shell: bash
      env: { BIN: "${{ env.STUB_BIN }}" }
      run: echo "$BIN" >> "$GITHUB_PATH"
"""
"""The repository's own action.yml in these runs: installing takes a minute, and is tried apart."""


@dataclass(frozen=True)
class Ran:
    """What a workflow did."""

    status: int
    log: str


class Act:
    """Runs the workflows of a folder."""

    def __init__(self, folder: Path, remote: Path, env: Mapping[str, str], tool: Path) -> None:
        """`folder` gets a copy of the project's workflows; `remote` is what they check out.

        `tool` is the folder that has the command.
        """
        self.folder = folder
        self._remote = remote
        self.tool = tool
        self._env = dict(env)
        self._options: list[str] = []
        workflows = folder / ".github" / "workflows"
        shutil.copytree(TOP / ".github" / "workflows", workflows)
        for each in workflows.iterdir():
            each.write_text(UNKNOWN_TO_ACT.sub("", each.read_text()))
        subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
        git = ["git", "-C", str(folder), "-c", "user.name=t", "-c", "user.email=t@t.example"]
        # From this act takes the repository's name; nobody goes there.
        address = f"https://github.com/{env['GITHUB_REPOSITORY']}.git"
        subprocess.run([*git, "remote", "add", "origin", address], check=True)
        subprocess.run([*git, "commit", "--quiet", "--allow-empty", "-m", "x"], check=True)

    def set(self, name: str, value: str) -> None:
        """A variable of the runner from now on."""
        self._env[name] = value

    def job(self, name: str) -> None:
        """One job of a workflow, and no other, from now on."""
        self._options += ["--job", name]

    def run(  # noqa: PLR0913, PLR0917 - an event and what comes with it
        self,
        workflow: str,
        event: str,
        payload: Mapping[str, Any],
        sha: str,
        secrets: Mapping[str, str],
        variables: Mapping[str, str],
    ) -> Ran:
        """Run one workflow for one event."""
        file = self.folder / "event.json"
        file.write_text(json.dumps(payload))
        command = [
            str(ACT),
            event,
            "--workflows",
            f".github/workflows/{workflow}.yml",
            "--eventpath",
            str(file),
            "--platform",
            "ubuntu-24.04=-self-hosted",
            "--no-skip-checkout",
            "--action-offline-mode",
            "--actor",
            "priya-raman",
            *self._options,
        ]
        for name, pin in PINS.items():
            command += ["--local-repository", f"{pin}={HERE / 'stubs' / name}"]
        env = {
            **self._env,
            "STUB_REMOTE": str(self._remote),
            "STUB_SHA": sha,
            "STUB_BIN": str(self.tool),
            "STUB_PYTHON": str(Path(sys.executable).resolve().parent),
        }
        for name, value in env.items():
            command += ["--env", f"{name}={value}"]
        for name, value in variables.items():
            command += ["--var", f"{name}={value}"]
        for name in secrets:
            command += ["--secret", name]
        kept = {key: os.environ[key] for key in ("PATH", "LANG", "TMPDIR") if key in os.environ}
        done = subprocess.run(
            command,
            cwd=self.folder,
            env={
                **kept,
                **secrets,
                "HOME": str(self.folder.parent),
                "NO_PROXY": "127.0.0.1",
                "XDG_CACHE_HOME": str(self.folder.parent / "cache"),
            },
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        return Ran(done.returncode, done.stdout + done.stderr)
