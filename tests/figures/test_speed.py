"""The benchmark of `escalate report` measures a report that counts everything.

How long that takes is measured by `make bench`, not asserted here.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

from forked import run

from benchmarks.history_repo import END, write_history
from benchmarks.report_speed import command, measured, write_audit

FEW = 100


def test_the_report_that_is_measured_counts_every_escalation(tmp_path: Path):
    folder = tmp_path / "history"
    write_history(folder, FEW)
    assert write_audit(folder) == 20 * FEW
    now = datetime.fromtimestamp(END, UTC).isoformat()
    words = ("report", "--json", "--since", "2000-01-01", "--now", now)
    done = run(words, cwd=folder, env={})
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["total"]["escalated"] == FEW
    assert min(*measured(folder), command(folder)) > 0
