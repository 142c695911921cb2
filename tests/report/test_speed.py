"""The budget of `escalate report`; the figures come from the benchmark."""

from pathlib import Path
from statistics import median

from benchmarks.history_repo import write_history
from benchmarks.report_speed import ESCALATIONS, MOST, MOST_SECONDS, command, measured, write_audit


def test_a_thousand_escalations(tmp_path: Path, record_property):
    folder = tmp_path / "history"
    write_history(folder, ESCALATIONS)
    assert write_audit(folder) == 20 * ESCALATIONS
    rounds = [measured(folder) for _ in range(3)]
    ratio = median((read + counted) / read for read, counted in rounds)
    whole = min(command(folder) for _ in range(3))
    record_property("figure", f"reported {ESCALATIONS:,} escalations in {whole:.1f} s")
    assert ratio < MOST, rounds
    assert whole < MOST_SECONDS
