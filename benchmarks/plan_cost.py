"""What a plan costs after years of history with nothing active, beside reading that history alone.

    python -m benchmarks.plan_cost [ESCALATIONS]

Each is a process of its own, in the same run and one after the other: its processor time, git's
included, and the most memory that it ever held.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from benchmarks.history_repo import END, ESCALATIONS, write_history
from reconciler.sandbox import serve

MOST = 2.0
"""How many times the processor time, and the memory, of reading the history a plan may take."""
ROUNDS = 3
_FINE = (0, 1)
"""The few recent tickets that a plan looks at are not in the sandbox, which makes it a 1."""
_READ = (
    "import sys; from pathlib import Path;"
    "from reconciler.services.git.timeline import read_timeline;"
    "kept = read_timeline(Path(sys.argv[1]))"
)

Row = tuple[str, str]


class Cost(NamedTuple):
    """What a process took."""

    seconds: float
    """Of the processor."""
    megabytes: float
    """At its peak."""


def run(escalations: int = ESCALATIONS) -> list[Row]:
    """Measure; what was measured and what came out."""
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent, "history")
        write_history(folder, escalations)
        return rows(folder, escalations)


def rows(folder: Path, escalations: int) -> list[Row]:
    """The same for a repository that is there."""
    now = datetime.fromtimestamp(END, UTC).isoformat()
    plan = ["-m", "reconciler", "plan", "--forge", "none", "--now", now]
    with serve() as box:
        rounds = [
            (_cost(folder, plan, box.env()), _cost(folder, ["-c", _READ, str(folder)], {}))
            for _ in range(ROUNDS)
        ]
    seconds, megabytes = (
        statistics.median(each[0][part] / each[1][part] for each in rounds) for part in (0, 1)
    )
    whole, alone = (min(each[which] for each in rounds) for which in (0, 1))
    what = f"plan after {escalations:,} ended escalations"
    return [
        (what, f"{whole.seconds:.1f} s of processor, {whole.megabytes:.0f} MB"),
        (
            "plan, reading their history alone",
            f"{alone.seconds:.1f} s of processor, {alone.megabytes:.0f} MB",
        ),
        (f"plan beside that, processor time (at most {MOST})", f"{seconds:.2f}"),
        (f"plan beside that, memory (at most {MOST})", f"{megabytes:.2f}"),
    ]


def _cost(folder: Path, arguments: Sequence[str], environment: dict[str, str]) -> Cost:
    top = str(Path(__file__).parents[1])
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": top, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in _FINE, process.returncode
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


if __name__ == "__main__":
    for name, value in run(int(sys.argv[1]) if len(sys.argv) > 1 else ESCALATIONS):
        print(f"{name:<60} {value:>10}")
