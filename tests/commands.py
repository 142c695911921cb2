"""The command line as a process of its own, with nothing of the surrounding environment."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import forked
from company import NOW
from repos import NO_UPKEEP

KEPT = ("PATH", "PYTHONPATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "SYSTEMROOT")
MEASURED = ("COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")
"""By these `make coverage` reaches the processes of commands."""
QUIET_GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Test",
    "GIT_AUTHOR_EMAIL": "test@example.com",
    "GIT_COMMITTER_NAME": "Test",
    "GIT_COMMITTER_EMAIL": "test@example.com",
    "GIT_AUTHOR_DATE": NOW.isoformat(),
    "GIT_COMMITTER_DATE": NOW.isoformat(),
}
RECONCILING = {"plan", "apply", "report", "status"}


@dataclass(frozen=True)
class Said:
    """What a command did."""

    status: int
    out: str
    err: str

    @property
    def told(self) -> str:
        """Both streams on one line, however they were wrapped."""
        return " ".join(f"{self.out} {self.err}".split())


def surroundings(env: Mapping[str, str]) -> dict[str, str]:
    """An environment with `env` and what a process can't do without."""
    kept = {name: os.environ[name] for name in (*KEPT, *MEASURED) if name in os.environ}
    return {**kept, "NO_PROXY": "127.0.0.1", **QUIET_GIT, **env}


def command(*arguments: str) -> list[str]:
    """The command as the system gets it; those that look at the clock are told the time."""
    return [sys.executable, "-m", "reconciler", *arguments, *late(arguments)]


def late(arguments: Sequence[str]) -> list[str]:
    """What tells those commands the time that look at the clock."""
    return ["--now", NOW.isoformat()] if arguments[0] in RECONCILING else []


def escalate(folder: Path, env: Mapping[str, str], *arguments: str, timeout: float = 60.0) -> Said:
    """Run a command in a folder."""
    done = forked.run(
        [*arguments, *late(arguments)], cwd=folder, env=surroundings(env), timeout=timeout
    )
    return Said(done.returncode, done.stdout, done.stderr)


def commit_all(folder: Path, message: str = "Everything") -> None:
    """Make the folder a repository, if it is none yet, and commit."""
    for arguments in (
        ("init", "--quiet", "--initial-branch=main"),
        ("add", "--all"),
        ("commit", "--quiet", "--message", message),
    ):
        env = surroundings(NO_UPKEEP)
        subprocess.run(["git", *arguments], cwd=folder, env=env, check=True)
