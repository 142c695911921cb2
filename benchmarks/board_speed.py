"""How fast `escalate board` is beside `escalate report`, and how large its pages are.

python -m benchmarks.board_speed [ESCALATIONS]
"""

import os
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.history_repo import END, write_history
from benchmarks.report_speed import write_audit

ESCALATIONS = 1000
MOST = 1.5
"""How many times as long as a report a board is to take."""
MOST_BYTES = 200_000
"""How large a page is to be at most."""
ROUNDS = 3

Row = tuple[str, str]


def run(escalations: int = ESCALATIONS) -> list[Row]:
    """Measure; what was measured and what came out."""
    with tempfile.TemporaryDirectory() as parent:
        folder, site = Path(parent, "history"), Path(parent, "site")
        write_history(folder, escalations)
        write_audit(folder)
        # One after the other, because the machine may be busier later.
        rounds = [
            (_used(folder, "report"), _used(folder, "board", "--out", str(site)))
            for _ in range(ROUNDS)
        ]
        pages = list(site.rglob("*.html"))
        largest = max(pages, key=lambda each: each.stat().st_size)
        size, name = largest.stat().st_size, largest.relative_to(site)
    report, board = (statistics.median(column) for column in zip(*rounds, strict=True))
    ratio = statistics.median(board / report for report, board in rounds)
    return [
        (f"board, {escalations:,} escalations, {len(pages):,} pages", f"{board:.2f} s"),
        ("board, `escalate report` of the same history", f"{report:.2f} s"),
        (f"board, beside the report (at most {MOST})", f"{ratio:.2f}"),
        (
            f"board, its largest page, {name} (under {MOST_BYTES // 1000} kB)",
            f"{size / 1000:.0f} kB",
        ),
    ]


def _used(folder: Path, *arguments: str) -> float:
    """Seconds of processor time of a whole command and its children."""
    escalate = str(Path(sys.executable).parent / "escalate")
    now = datetime.fromtimestamp(END, UTC).isoformat()
    before = os.times()
    command = [escalate, *arguments, "--now", now]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    user = after.children_user - before.children_user
    return user + after.children_system - before.children_system


if __name__ == "__main__":
    for name, value in run(int(sys.argv[1]) if len(sys.argv) > 1 else ESCALATIONS):
        print(f"{name:<70} {value:>10}")
