"""Whatever goes wrong at whichever call, a clean run afterwards ends where it should.

The sweep takes a run that opens one escalation, changes another and resolves a third, and breaks
it at every single HTTP call in every way: the process is killed before the call has an effect or
after it (a real SIGKILL of a real process), the answer is lost, is a 500 after the effect, is a
429, or comes too late. The clean run begins some minutes later, at every third call on the next
day.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from company import NOW, Company, apply_here, differences, end_state, resolution

from reconciler.sandbox import Box, Fault

UPDATE = {"at": "2026-11-23T14:00:00-05:00", "by": "dmitri", "text": "The logs point at TLS."}
LATER = {"at": "2026-11-23T14:30:00-05:00", "by": "nadia", "text": "The fix is being tested."}
MINUTES, NEXT_DAY = timedelta(minutes=7), timedelta(hours=15)
_PATIENCE = 20.0
_IMPATIENT = 0.25


@dataclass(frozen=True)
class Breakage:
    """One way for a call to go wrong."""

    kind: str
    when: str = "after"
    killed: bool = False
    status: int = 500
    seconds: float = 0.0

    def fault(self, nth: int) -> Fault:
        retry_after = 1 if self.status == 429 else None
        return Fault(
            self.kind,
            nth=nth,
            when=self.when,
            status=self.status,
            seconds=self.seconds,
            retry_after=retry_after,
        )


BREAKAGES = {
    "killed before the effect": Breakage("hang", "before", killed=True, seconds=_PATIENCE),
    "killed after the effect": Breakage("hang", "after", killed=True, seconds=_PATIENCE),
    "answer lost": Breakage("drop"),
    "connection lost before the effect": Breakage("drop", "before"),
    "500 after the effect": Breakage("status"),
    "429": Breakage("status", "before", status=429),
    "read timeout": Breakage("hang", "after", seconds=2 * _IMPATIENT),
    "garbage after the effect": Breakage("garbage"),
}


@dataclass
class Scene:
    """A company about to apply a new, a changed and a resolved escalation."""

    company: Company
    snapshot: bytes
    calls: int
    ends: dict[timedelta, dict]
    """What is there after the run and one more, by the time between the two."""

    def reset(self) -> None:
        self.company.box.restore(self.snapshot)
        self.company.now = NOW
        self.company.box.clock.set(NOW)


@pytest.fixture(params=["cloud", "data-center"])
def scene(request: pytest.FixtureRequest, tmp_path: Path, box: Box) -> Scene:
    company = Company(tmp_path / "repo", box, request.param == "data-center", workers=1)
    company.write("DS-1072", assignee="nadia", reporter=_reporter())
    company.write("DS-1073", assignee="mei")
    company.converge()
    company.write("DS-1071", updates=[UPDATE], stakeholders={"client_facing": ["amara"]})
    company.write("DS-1072", assignee="nadia", reporter=_reporter(), contact="jun", updates=[LATER])
    company.write("DS-1073", assignee="mei", resolution=resolution(follow_ups=["PAY-641"]))
    snapshot = box.snapshot()
    box.restore(snapshot)
    company.apply()
    scene = Scene(company, snapshot, len(box.calls), {})
    company.expect_nothing_to_do()
    for later in (MINUTES, NEXT_DAY):
        scene.reset()
        company.apply()
        company.pass_time(seconds=later.total_seconds())
        company.apply()
        scene.ends[later] = end_state(company.state())
        company.expect_nothing_to_do()
    return scene


def _reporter() -> dict[str, str]:
    return {"person": "jun", "findings": "A log.", "blocked_because": "No access to the gateway."}


def _break(scene: Scene, breakage: Breakage, nth: int, forks) -> None:
    company = scene.company
    fault = company.box.faults.add(breakage.fault(nth))
    if not breakage.killed:
        company.run(timeout=_IMPATIENT if breakage.kind == "hang" else 5.0, tolerant=True)
        return
    child = forks.Process(target=apply_here, args=(company.folder, company.env, company.now))
    child.start()
    while child.is_alive() and not fault.hit.wait(0.01):
        pass
    child.kill()
    child.join()
    assert fault.hit.is_set(), "the call to be broken was never made"


@pytest.mark.parametrize("name", BREAKAGES)
def test_every_call_can_fail(scene: Scene, name: str, forks, record_property):
    for nth in range(1, scene.calls + 1):
        scene.reset()
        _break(scene, BREAKAGES[name], nth, forks)
        scene.company.box.faults.clear()
        later = MINUTES if nth % 3 else NEXT_DAY
        scene.company.pass_time(seconds=later.total_seconds())
        scene.company.apply()
        end = end_state(scene.company.state())
        assert differences(end, scene.ends[later]) == [], f"call {nth}: {name}"
        scene.company.pass_time(minutes=1)
        left = [each.changes for each in scene.company.plan().escalations if each.changes]
        assert left == [], f"call {nth}: {name}"
    kind = "Data Center" if scene.company.data_center else "Cloud"
    record_property("figure", f"swept {scene.calls} points: {name}, Jira {kind}")
