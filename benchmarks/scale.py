"""How long a run takes when Slack's limits are on, and what side by side is worth.

That takes minutes, so it is no part of `make bench`: `python -m benchmarks.scale`.
"""

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import yaml

from benchmarks.scene import Company, company, escalate
from benchmarks.table import pairs
from reconciler.render.console import emit

TOP = Path(__file__).parents[1]


def steady(active: int, desks: Sequence[str]) -> tuple[str, str]:
    """A run over everything that is as declared, as one process for each desk."""
    with company(active, desks=desks) as (made, keys):
        _declare(made, desks, keys)
        made.apply()
        made.box.clear_calls()
        made.box.clock.set(None)  # limits count by a clock that goes
        made.box.limit(enabled=True)
        began = time.monotonic()
        command = [sys.executable, "-m", "reconciler", "apply", "--now", made.now.isoformat()]
        processes = [
            subprocess.Popen(
                [*command, "--desk", desk],
                cwd=made.folder,
                env={"PYTHONPATH": str(TOP), "NO_PROXY": "127.0.0.1", **made.env},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
            for desk in desks
        ]
        statuses = [process.wait() for process in processes]
        took = time.monotonic() - began
        refused = Counter(call.name for call in made.box.calls if call.status == 429)
        calls = sum(call.service == "slack" for call in made.box.calls)
        told = ", ".join(f"{name} {count}" for name, count in refused.most_common(3)) or "none"
    what = f"{active} active at {len(desks)} desk(s), nothing to do"
    return what, f"{took:.0f} s, {calls} calls to Slack, refused: {told}; statuses {statuses}"


def _declare(made: Company, desks: Sequence[str], keys: Sequence[str]) -> None:
    """Desks without limits, and an escalation for each ticket."""
    policy = yaml.safe_load((made.folder / "config/policy.yaml").read_text())
    most = {"per_day": 9999, "active": 9999, "per_assignee": 9999}
    desk = json.dumps({**policy["desks"]["DS"], "limits": most})
    made.set_policy(desks={each: json.loads(desk) for each in desks})
    for key in keys:
        escalate(made, key)


def fresh(new: int) -> tuple[str, str]:
    """A run that opens so many channels at once."""
    with company(new) as (made, keys):
        _declare(made, ["DS"], keys)
        made.box.clock.set(None)  # limits count by a clock that goes
        made.box.limit(enabled=True)
        made.box.clock.set(None)
        began = time.monotonic()
        outcomes = made.apply(patient=True)
        took = time.monotonic() - began
        bad = sum(each.result != "done" for each in outcomes)
    return f"{new} new at once", f"{took:.0f} s, {bad} of {len(outcomes)} changes not done"


def main() -> None:
    """Measure, and print each figure as it comes."""
    for measure in (
        lambda: steady(80, ["DS"]),
        lambda: steady(200, ["DS"]),
        lambda: steady(200, ["DS", "PLAT", "OPS", "NET"]),
        lambda: fresh(30),
    ):
        emit(pairs([measure()]))


if __name__ == "__main__":
    main()
