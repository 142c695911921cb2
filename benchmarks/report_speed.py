"""How fast `escalate report` is, beside the timeline that it rests on.

python -m benchmarks.report_speed [ESCALATIONS]
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.history_repo import END, write_history
from reconciler.history.admit import episode_histories
from reconciler.history.figures.period import year_to
from reconciler.history.figures.report import Known, ReportRequest, report
from reconciler.model.audit import (
    AcknowledgementRecord,
    AdmissionRecord,
    AdmissionState,
    ChangeRecord,
    OutcomeRecord,
    Record,
)
from reconciler.model.audit_branch import line_of
from reconciler.model.change import Action
from reconciler.model.outcome import Result
from reconciler.model.phase import Phase
from reconciler.model.policy import AcknowledgementMeans
from reconciler.services.git.timeline import read_timeline

ESCALATIONS = 1000
MOST_SECONDS = 5.0
"""How long the whole command is to take for so many."""
MOST = 2.0
"""How many times as long as reading the timeline counting is to take in all."""
ROUNDS = 5

Row = tuple[str, str]


def run(escalations: int = ESCALATIONS) -> list[Row]:
    """Measure; what was measured and what came out."""
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent, "history")
        write_history(folder, escalations)
        lines = write_audit(folder)
        what = f"report, {escalations:,} escalations, {3 * escalations:,} commits"
        rounds = [measured(folder) for _ in range(ROUNDS)]
        read, counted = (statistics.median(column) for column in zip(*rounds, strict=True))
        # Of the same round, for the machine may be busier in another one.
        ratio = statistics.median((one[0] + one[1]) / one[0] for one in rounds)
        whole = min(command(folder) for _ in range(ROUNDS))
    return [
        (f"{what} (under {MOST_SECONDS:.0f} s)", f"{whole:.2f} s"),
        ("report, lines of the audit branch among them", f"{lines:,}"),
        ("report, reading the timeline", f"{read:.2f} s"),
        ("report, playing it through and counting", f"{counted:.2f} s"),
        (f"report, both beside the timeline alone (at most {MOST})", f"{ratio:.2f}"),
    ]


def write_audit(folder: Path) -> int:
    """A branch `audit` as runs leave it: for each escalation a score of lines; how many."""
    head = _git(folder, "rev-parse", "HEAD").strip().decode()
    stream = [
        b"commit refs/heads/audit\ncommitter E <e@e.invalid> %d +0000\ndata 0\n" % END,
    ]
    lines = 0
    for path in sorted(folder.glob("escalations/*/*.yaml")):
        told = [line_of(each) for each in _records(path.stem, head)]
        lines += len(told)
        name = f"audit/{path.parent.name}/{path.stem}.jsonl".encode()
        data = b"".join(told)
        stream.append(b"M 100644 inline %s\ndata %d\n%s\n" % (name, len(data), data))
    _git(folder, "fast-import", "--quiet", "--date-format=raw", asked=b"".join(stream))
    return lines


def _records(ticket: str, head: str) -> Iterator[Record]:
    """What the run that begins an escalation leaves."""
    at = datetime.fromtimestamp(END, UTC)
    shared: dict[str, Any] = {"at": at, "run": "1/1", "commit": head, "ticket": ticket}
    yield AdmissionRecord(**shared, state=AdmissionState.ADMITTED, since=at)
    yield AcknowledgementRecord(
        **shared,
        means=AcknowledgementMeans.REVIEW,
        by="hannah",
        brought_by=head,
        ready_at=at,
        acknowledged_at=at,
    )
    facets = [f"slack.facet_{letter}" for letter in "abcdefghijklmnopq"]
    for facet in facets:
        yield ChangeRecord(**shared, facet=facet, action=Action.ADD, after="x", result=Result.DONE)
    yield OutcomeRecord(**shared, phase=Phase.ASSIGNED, done=len(facets))


def _git(folder: Path, *arguments: str, asked: bytes = b"") -> bytes:
    command = ["git", *arguments]
    return subprocess.run(command, cwd=folder, input=asked, check=True, capture_output=True).stdout


def measured(folder: Path) -> tuple[float, float]:
    """Seconds for reading the timeline, and for everything that is counted from it."""
    now = datetime.fromtimestamp(END, UTC)
    read = _took(lambda: read_timeline(folder, now=now))
    timeline = read_timeline(folder, now=now)
    policy = timeline.policies[-1][1]

    def count() -> None:
        # The second play is the one that knows of acknowledgements.
        episode_histories(timeline, now)
        known = Known(episode_histories(timeline, now))
        made = report(known, ReportRequest(year_to(now.date(), policy.zone), now))
        assert made.total.escalated

    return read, _took(count)


def command(folder: Path) -> float:
    """Seconds of the clock for the whole command."""
    escalate = str(Path(sys.executable).parent / "escalate")
    now = datetime.fromtimestamp(END, UTC).isoformat()
    arguments = [escalate, "report", "--now", now]
    return _took(
        lambda: subprocess.run(arguments, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    )


def _took(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


if __name__ == "__main__":
    for name, value in run(int(sys.argv[1]) if len(sys.argv) > 1 else ESCALATIONS):
        print(f"{name:<70} {value:>10}")
