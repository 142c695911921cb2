"""How fast `escalate simulate` is, beyond reading the history.

python -m benchmarks.simulation_speed [ESCALATIONS]
"""

import gc
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.history_repo import END, write_history
from reconciler.history.simulation import desks_of_history, simulate
from reconciler.model.simulation import OtherLimits
from reconciler.services.git.timeline import read_timeline

ESCALATIONS = 1000
MOST_SECONDS = 0.3
"""How long a simulation of so many is to take beyond reading the history."""
ROUNDS = 5
LIMITS = (OtherLimits(4, 6), OtherLimits(2, 3), OtherLimits(1, 1))

Row = tuple[str, str]


def run(escalations: int = ESCALATIONS) -> list[Row]:
    """Measure; what was measured and what came out."""
    now = datetime.fromtimestamp(END, UTC)
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent, "history")
        write_history(folder, escalations)
        began = time.process_time()
        timeline = read_timeline(folder, now=now)
        read = time.process_time() - began
    gc.freeze()  # as the command does
    rows = [(f"simulate, {escalations:,} escalations, reading the history", f"{read:.2f} s")]
    desks = desks_of_history(timeline)
    for other in LIMITS:
        others = dict.fromkeys(desks, other)
        took, waited = [], 0
        for _ in range(ROUNDS):
            began = time.process_time()
            made = simulate(timeline, now, others)
            took.append(time.process_time() - began)
            waited = sum(each.simulated.waited for each in made.desks)
        what = f"simulate, {other.per_day} per day, {other.active} active, {waited:,} wait"
        rows.append((f"{what} (under {MOST_SECONDS} s)", f"{min(took):.2f} s"))
    return rows


if __name__ == "__main__":
    for name, value in run(int(sys.argv[1]) if len(sys.argv) > 1 else ESCALATIONS):
        print(f"{name:<70} {value:>10}")
