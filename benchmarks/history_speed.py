"""How fast history is read, beside what it rests on and beside GitPython.

    python -m benchmarks.history_speed [ESCALATIONS]

All in one run, and in seconds of processor time, which say the same on a busy machine and on an
idle one; whole processes in seconds of the clock as well.
"""

import gc
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import yaml
from git import Repo

from benchmarks.history_repo import ESCALATIONS, write_history
from reconciler.load.raw import CONFIG_BYTES
from reconciler.load.strict_yaml import parse
from reconciler.services.git.blob_contents import contents
from reconciler.services.git.log import log
from reconciler.services.git.timeline import read_timeline

MOST = 1.5
"""How many times as long as what it rests on the timeline may take."""
SAMPLE = 5
ROUNDS = 5

Row = tuple[str, str]


def run(escalations: int = ESCALATIONS) -> list[Row]:
    """Measure; what was measured and what came out."""
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent, "history")
        write_history(folder, escalations)
        commits = f"{escalations:,} escalations, {3 * escalations:,} commits"
        return [
            *timeline_rows(folder, commits),
            *check_rows(folder),
            *gitpython_rows(folder, escalations),
        ]


def timeline_rows(folder: Path, what: str) -> list[Row]:
    """The timeline beside the bare log and the parsing of the same blobs."""
    touched = {
        touch.object: touch.path for commit in log(folder, "HEAD") for touch in commit.touches
    }
    blobs = [
        (touched[name], data)
        for name, data in contents(folder, touched, CONFIG_BYTES)
        if data is not None
    ]
    kept: list[object] = []
    rounds = [
        (
            _took(lambda: _bare_log(folder)),
            _took(lambda: kept.append([parse(path, data, 100_000) for path, data in blobs])),
            _took(lambda: kept.append(read_timeline(folder))),
        )
        for _ in range(ROUNDS)
        if not kept.clear()
    ]
    bare, parsing, whole = (statistics.median(column) for column in zip(*rounds, strict=True))
    # Of the same round, for the machine may be busier in another one.
    ratio = statistics.median(one[2] / (one[0] + one[1]) for one in rounds)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loose = _took(lambda: kept.append([yaml.load(data, loader) for _, data in blobs]))
    return [
        (f"timeline, {what}", f"{whole:.2f} s"),
        ("timeline, the bare git log", f"{bare:.2f} s"),
        (f"timeline, parsing {len(blobs):,} blobs strictly", f"{parsing:.2f} s"),
        ("timeline, parsing them with PyYAML's CSafeLoader", f"{loose:.2f} s"),
        (f"timeline beside log and parsing (at most {MOST})", f"{ratio:.2f}"),
    ]


def check_rows(folder: Path) -> list[Row]:
    """One changed file, and one new one, as whole processes."""
    command = [str(Path(sys.executable).parent / "escalate"), "check", "--base"]
    rows = []
    for what, base in (("one changed file", "HEAD~1"), ("one new file", "HEAD")):
        if base == "HEAD":
            _add_one(folder)
        took = []
        for _ in range(5):
            start = time.perf_counter()
            used = _seconds(lambda: _quietly(folder, [*command, base]))  # noqa: B023 - called at once
            took.append((time.perf_counter() - start, used))
        clock, used = min(took)
        rows.append(
            (f"check --base, {what} (under 1 s)", f"{clock:.2f} s, {used:.2f} s of processor")
        )
    return rows


def gitpython_rows(folder: Path, escalations: int) -> list[Row]:
    """GitPython, file by file: a few measured, and what all would take at that rate."""
    paths = sorted(str(path.relative_to(folder)) for path in folder.glob("escalations/*/*.yaml"))
    chosen = paths[:: max(1, len(paths) // SAMPLE)][:SAMPLE]
    with Repo(folder) as repo:
        taken = _seconds(
            lambda: (
                [list(repo.iter_commits(paths=path, first_parent=True)) for path in chosen] and None
            )
        )
    each = taken / len(chosen)
    return [
        (f"GitPython, iter_commits of one file (of {len(chosen)})", f"{each:.2f} s"),
        (f"GitPython, all {escalations:,} at that rate (not run)", f"{each * escalations:,.0f} s"),
    ]


def _add_one(folder: Path) -> None:
    """A new escalation beside the others, not yet committed."""
    latest = max(folder.glob("escalations/*/DS-*.yaml"))
    made = latest.with_name("DS-99999.yaml")
    text = latest.read_text(encoding="utf-8").replace(latest.stem, made.stem)
    # Open and without an assignee, or no limit is asked about it.
    for key in ("assignee", "withdrawn", "resolution"):
        text = text.partition(f"\n{key}:")[0]
    made.write_text(text + "\n", encoding="utf-8")


def _bare_log(folder: Path) -> None:
    _quietly(folder, ["git", "log", "--first-parent", "-m", "--name-status"])


def _quietly(folder: Path, command: list[str]) -> None:
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)


def _took(act: Callable[[], None]) -> float:
    """Seconds of the clock."""
    gc.collect()
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def _seconds(act: Callable[[], None]) -> float:
    """Seconds of processor time that something takes, in this process and its children."""
    before = _used()
    act()
    return _used() - before


def _used() -> float:
    both = (
        resource.getrusage(resource.RUSAGE_SELF),
        resource.getrusage(resource.RUSAGE_CHILDREN),
    )
    return sum(each.ru_utime + each.ru_stime for each in both)


if __name__ == "__main__":
    for name, value in run(int(sys.argv[1]) if len(sys.argv) > 1 else ESCALATIONS):
        print(f"{name:<60} {value:>10}")
