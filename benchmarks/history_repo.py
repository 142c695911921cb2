"""A repository with years of history, written with `git fast-import`. The same every time.

    python -m benchmarks.history_repo FOLDER [ESCALATIONS]

Three commits on the main line for each escalation: its file is added, then somebody is assigned and
reports, then it ends. A third are plain commits, a third look squashed, a third are true merges.
No pull request is behind them, so the merge acknowledges.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, NamedTuple

from benchmarks.check_speed import ROOT, is_over

sys.path.insert(0, str(ROOT / "tests"))

from merge_policy import merge_policy

ESCALATIONS = 5000
EVERY = 8 * 3600
"""Seconds between two escalations: three a day."""
END = int(datetime(2026, 11, 20, 12, tzinfo=UTC).timestamp())

_LATER = {"assignee", "updates", "assessment", "resolution", "withdrawn"}
_AT_THE_END = {"resolution", "withdrawn"}
_GIT = {
    "PATH": os.environ["PATH"],
    "HOME": os.devnull,
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


class _Step(NamedTuple):
    """A commit to come: when, and what an escalation's file says then."""

    time: int
    number: int
    stage: int
    path: str
    text: str


def write_history(folder: Path, escalations: int = ESCALATIONS) -> None:
    """A repository with so many escalations and three times as many commits on its main line."""
    folder.mkdir(parents=True)
    _git(folder, "init", "--quiet", "--initial-branch=main")
    command = ["git", "fast-import", "--quiet", "--date-format=raw"]
    with subprocess.Popen(command, cwd=folder, env=_GIT, stdin=subprocess.PIPE) as writer:
        assert writer.stdin is not None
        _write(writer.stdin, escalations)
    assert writer.returncode == 0
    # As in any clone: fast-import packs in haste.
    _git(folder, "repack", "-a", "-d", "-f", "-q")
    _git(folder, "reset", "--quiet", "--hard")


def _write(out: IO[bytes], escalations: int) -> None:
    steps = sorted(_steps(escalations))
    config = {
        "config/policy.yaml": merge_policy().encode(),
        "config/roster.yaml": (ROOT / "config" / "roster.yaml").read_bytes(),
    }
    begin = _Commit("main", 1, steps[0].time - 60, "Begin", ())
    begin.write(out, config)
    parent = begin.mark
    for number, step in enumerate(steps, 1):
        mark, files = 2 * number, {step.path: step.text.encode()}
        subject = f"{('Escalate', 'Report on', 'End')[step.stage]} {Path(step.path).stem}"
        parents: tuple[int, ...] = (parent,)
        if number % 3 == 0:
            _Commit("side", mark, step.time - 5, subject, parents).write(out, files)
            subject = f"Merge pull request #{number} from ledgerline/side"
            parents = (parent, mark)
        elif number % 3 == 1:
            subject = f"{subject} (#{number})"
        parent = mark + 1
        _Commit("main", parent, step.time, subject, parents).write(out, files)


class _Commit(NamedTuple):
    """A commit, for git fast-import."""

    branch: str
    mark: int
    time: int
    subject: str
    parents: tuple[int, ...]

    def write(self, out: IO[bytes], files: dict[str, bytes]) -> None:
        lines = [
            f"commit refs/heads/{self.branch}",
            f"mark :{self.mark}",
            f"author Priya Nair <priya@ledgerline.example> {self.time - 300} +0000",
            f"committer GitHub <noreply@github.example> {self.time} +0000",
            f"data {len(self.subject.encode())}\n{self.subject}",
        ]
        parents = zip(("from", "merge"), self.parents, strict=False)
        lines += [f"{word} :{parent}" for word, parent in parents]
        out.write("\n".join(lines).encode() + b"\n")
        for path, data in files.items():
            out.write(b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data))


def _steps(escalations: int) -> Iterator[_Step]:
    examples = [
        (path.stem, path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "escalations").glob("*/*.yaml"))
        if is_over(path)
    ]
    for number in range(escalations):
        example, text = examples[number % len(examples)]
        ticket = f"{example.rpartition('-')[0]}-{10_000 + number}"
        whole = text.replace(example, ticket)
        begun = END - (escalations - number + 3) * EVERY
        path = f"escalations/{datetime.fromtimestamp(begun, UTC).year}/{ticket}.yaml"
        for stage, left_out in enumerate((_LATER, _AT_THE_END, set[str]())):
            # The next escalation begins before this one ends.
            time = begun + stage * (EVERY + 600)
            yield _Step(time, number, stage, path, _without(whole, left_out))


def _without(text: str, keys: set[str]) -> str:
    """The text of a file without some of its top-level keys."""
    kept: list[str] = []
    is_kept = True
    for line in text.splitlines(keepends=True):
        if not line.startswith((" ", "\n", "#")):
            is_kept = line.partition(":")[0] not in keys
        if is_kept:
            kept.append(line)
    # What makes the second version of a withdrawn one differ from its first.
    return "".join(kept) + ("" if "updates" in keys else "# read\n")


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, env=_GIT, check=True)


if __name__ == "__main__":
    write_history(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else ESCALATIONS)
