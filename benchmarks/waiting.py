"""How long a run waits: 100 ms for each call and 200 ms for each new connection."""

import time

from benchmarks.scene import company, escalate

PER_CALL = 0.1
PER_CONNECTION = 0.2


def seconds(escalations: int) -> float:
    """How long it takes to open so many escalations."""
    with company(escalations) as (made, keys):
        for key in keys:
            escalate(made, key)
        made.box.latency(per_call=PER_CALL, per_connection=PER_CONNECTION)
        start = time.perf_counter()
        made.apply()
        return time.perf_counter() - start


def run() -> list[tuple[str, str]]:
    """Measure; what was measured and what came out."""
    one, five = seconds(1), seconds(5)
    return [
        ("waiting, one new escalation", f"{one:.1f} s"),
        ("waiting, five new escalations", f"{five:.1f} s"),
        ("waiting, five beside one (at most 1.5)", f"{five / one:.2f} times"),
    ]
