"""A real git repository, quickly: a copy of a template, and commits written together."""

import os
import shutil
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

from company import NOW, TOP
from merge_policy import use_merge_policy

_GIT = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}
_WHO = "Priya Raman <priya.raman@ledgerline.example>"
_CONFIG = ("config/policy.yaml", "config/roster.yaml")


def git(folder: Path, *arguments: str, given: bytes = b"") -> str:
    kept = {key: each for key, each in os.environ.items() if not key.startswith("GIT_")}
    done = subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env={**kept, **_GIT},
        input=given,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def make_template(folder: Path) -> None:
    """A repository with the company's configuration, committed the day before."""
    (folder / "escalations" / "2026").mkdir(parents=True)
    shutil.copytree(TOP / "config", folder / "config")
    use_merge_policy(folder)
    git(folder, "init", "--quiet", "--initial-branch=main", "--template=")
    commits = Commits(folder, born=False)
    texts = {path: (folder / path).read_text() for path in _CONFIG}
    texts[_CONFIG[0]] += "\nreminders: {}\n"  # as they are, for whoever wants them
    commits.add(NOW - timedelta(days=1), texts)
    commits.write()


class Commits:
    """Commits on main: files change at once, and git learns of all of them when it matters."""

    def __init__(self, folder: Path, *, born: bool = True) -> None:
        self._folder = folder
        self._born = born
        self._waiting = bytearray()

    def add(self, at: datetime, files: dict[str, str | None]) -> None:
        """Commit texts, or the removal of what is None."""
        stream = self._waiting
        stream += f"commit refs/heads/main\ncommitter {_WHO} {int(at.timestamp())} +0000\n".encode()
        stream += b"data 2\nc\n\n"
        if self._born and stream.count(b"commit refs/") == 1:
            stream += b"from refs/heads/main^0\n"
        for name, text in files.items():
            path = self._folder / name
            if text is None:
                path.unlink()
                stream += f"D {name}\n".encode()
            else:
                path.write_text(text, encoding="utf-8")
                data = text.encode()
                stream += f"M 100644 inline {name}\ndata {len(data)}\n".encode() + data + b"\n"

    def propose(self, branch: str, at: datetime, files: dict[str, str]) -> None:
        """Commit texts on a branch of their own; the folder is left as it is."""
        self.write()
        stream = f"commit refs/heads/{branch}\ncommitter {_WHO} {int(at.timestamp())} +0000\n"
        stream += "data 2\nc\n\nfrom refs/heads/main^0\n"
        for name, text in files.items():
            stream += f"M 100644 inline {name}\ndata {len(text.encode())}\n{text}\n"
        git(self._folder, "fast-import", "--quiet", "--force", given=stream.encode())

    def drop(self, branch: str) -> None:
        """Delete a branch."""
        git(self._folder, "update-ref", "-d", f"refs/heads/{branch}")

    def write(self) -> None:
        """Let git have them."""
        if self._waiting:
            git(self._folder, "fast-import", "--quiet", given=bytes(self._waiting))
            self._waiting.clear()
            self._born = True
