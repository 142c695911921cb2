"""Running points: the run with the fault, the next runs until nothing is done, the judgement."""

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from company import NOW
from forked import Server

from reconciler.sandbox import Fault, serve
from sweep.judge import NOT_CONVERGED, Problem, end_of, judge_end, judge_run
from sweep.kinds import KINDS, PATIENT, stale
from sweep.points import MINUTES, Point
from sweep.stage import CallId, Frames, Ran, Stage

MOST_RUNS: Final = 6
"""How many runs may follow the one with the fault, the last of which does nothing."""
RUNNER: Final = Path(__file__).with_name("runner.py")


@dataclass(frozen=True)
class End:
    """What is there after some runs without a fault."""

    seen: dict[str, Any]
    lines: Counter[str]


class Sweeper:
    """Runs the points of one scenario.

    What follows a fault depends only on what it left behind. So if two faults leave the same, the
    runs after them are run once.
    """

    def __init__(self, stage: Stage) -> None:
        """Prepare; nothing runs yet."""
        self.stage = stage
        self.runs = 0
        self._last: tuple[tuple[str, CallId], tuple[Problem, ...], bytes] | None = None
        self._ends: dict[timedelta, list[End]] = {}
        self._followed: dict[tuple[Any, ...], tuple[Problem, ...]] = {}

    @cached_property
    def frames(self) -> Frames:
        """The states around each call."""
        return self.stage.frames()

    @property
    def calls(self) -> list[CallId]:
        """The calls that can go wrong."""
        return list(self.frames.before)

    def problems(self, point: Point) -> tuple[Problem, ...]:
        """Run one point."""
        right = self.ends(point.later)
        found: tuple[Problem, ...] = ()
        dies = KINDS[point.kind].dies
        if dies:
            self.stage.restore(getattr(self.frames, dies)[point.call])
        else:
            found = self._struck(point.kind, point.call)
        world = self.frames.before[point.call] if point.reads == "stale" else None
        return (*found, *self._follow(right, NOW + point.later, 1, world))

    def _struck(self, kind: str, call: CallId) -> tuple[Problem, ...]:
        """What is wrong with a run with a fault; leaves the sandbox as that did."""
        if self._last is None or self._last[0] != (kind, call):
            fault = KINDS[kind].order(call.service, call.name, call.nth)
            self.stage.restore(self.stage.start)
            ran = self._run(NOW, [fault], number=0, timeout=KINDS[kind].timeout)
            assert fault.hit.is_set(), f"{call} was never made: {ran.told}"
            self._last = (kind, call), tuple(judge_run(ran)), self.stage.box.snapshot()
        else:
            self.stage.restore(self._last[2])
        return self._last[1]

    def _follow(
        self,
        right: list[End],
        at: datetime,
        number: int,
        world: bytes | None = None,
        *,
        nightly: bool = False,
    ) -> tuple[Problem, ...]:
        """What is wrong with the runs from a state on, and with their end."""
        stage, left = self.stage, self.stage.digest()
        key = (left, at, number, world, nightly)
        if key in self._followed:
            return self._followed[key]
        ran = self._run(at, stale(world) if world else (), number=number, thorough=nightly)
        found = list(judge_run(ran))
        then = at + MINUTES, number + 1
        if world is None and ran.idle and stage.digest() == left:
            end = right[number - 1]
            wrong = list(
                judge_end(
                    end_of(stage.box.state(), merges=stage.merges),
                    end.seen,
                    stage.audit(),
                    end.lines,
                )
            )
            if wrong and not nightly and number < MOST_RUNS:
                wrong = list(self._follow(right, *then, nightly=True))
            found += wrong
        elif number == MOST_RUNS:
            found.append(Problem(NOT_CONVERGED, f"status {ran.status}: {ran.told[-600:]}"))
        else:
            found += self._follow(right, *then)
        self._followed[key] = tuple(found)
        return self._followed[key]

    def _run(
        self,
        at: datetime,
        faults: Iterable[Fault] = (),
        *,
        number: int,
        timeout: float = PATIENT,
        thorough: bool = False,
    ) -> Ran:
        self.runs += 1
        return self.stage.run(at, faults, number=number + 1, timeout=timeout, thorough=thorough)

    def ends(self, later: timedelta) -> list[End]:
        """What is there after 1, 2, ... runs that follow one without a fault."""
        if later not in self._ends:
            stage = self.stage
            stage.restore(stage.start)
            self._run(NOW, number=0)
            found: list[End] = []
            for number in range(MOST_RUNS):
                self._run(NOW + later + number * MINUTES, number=number + 1)
                found.append(End(end_of(stage.box.state(), merges=stage.merges), stage.audit()))
            self._ends[later] = found
        return self._ends[later]


@contextmanager
def sweeper(scenario: str, site: str, server: Server) -> Iterator[Sweeper]:
    """A sandbox with a scenario in it."""
    with tempfile.TemporaryDirectory(prefix="sweep-") as folder, serve() as box:
        yield Sweeper(Stage(scenario, site, Path(folder), box, server))
