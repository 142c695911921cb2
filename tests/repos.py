"""Real git repositories for tests, with dates of their own."""

import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

NO_UPKEEP = {
    "GIT_CONFIG_COUNT": "2",
    "GIT_CONFIG_KEY_0": "gc.auto",
    "GIT_CONFIG_VALUE_0": "0",
    "GIT_CONFIG_KEY_1": "maintenance.auto",
    "GIT_CONFIG_VALUE_1": "false",
}
"""Settings of git. Otherwise each commit and each fetch starts one more program."""
START = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)


class Repo:
    """A repository whose every commit is an hour after the one before, unless said otherwise."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.now = START
        path.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main")
        with (path / ".git" / "config").open("a", encoding="utf-8") as config:
            config.write("[user]\n\tname = T\n\temail = t@t.example\n")

    def git(self, *arguments: str, at: datetime | None = None) -> str:
        when = (at or self.now).isoformat()
        kept = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.path,
            env=kept
            | NO_UPKEEP
            | {
                "GIT_COMMITTER_DATE": when,
                "GIT_AUTHOR_DATE": when,
                "GIT_CONFIG_GLOBAL": os.devnull,
                "GIT_CONFIG_SYSTEM": os.devnull,
            },
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    def write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            path = self.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def commit(self, files: dict[str, str] | None = None, at: datetime | None = None) -> str:
        self.now += timedelta(hours=1)
        self.write(files or {})
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "c", at=at)
        return head_of(self.path)

    def merge(self, branch: str, at: datetime | None = None) -> str:
        self.now += timedelta(hours=1)
        self.git("merge", "-q", "--no-ff", "-m", "m", branch, at=at)
        return head_of(self.path)


def head_of(folder: Path) -> str:
    """The commit of a clone that has just made one; read, as starting git takes longer."""
    head = (folder / ".git" / "HEAD").read_text().strip()
    ref = head.removeprefix("ref: ")
    return head if ref == head else (folder / ".git" / ref).read_text().strip()
