"""A sandbox that many tests share; everything sent and answered keeps to the contracts."""

from collections.abc import Iterator

from contract import check_call

from reconciler.sandbox import Box


def as_new(running: Box) -> Iterator[Box]:
    """The sandbox as it was seeded, and after a test a look at all that succeeded in it."""
    running.reset()
    running.latency()
    yield running
    running.clock.set(None)
    fine = (call for call in running.calls if call.status in range(200, 300) and not call.error)
    assert [problem for call in fine for problem in check_call(call)] == []
