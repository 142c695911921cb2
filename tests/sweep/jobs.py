"""The points of one scenario on one site, as a task for a process of its own."""

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass

from forked import Server

from sweep.kinds import KINDS
from sweep.points import READS, Point, points_of, sample
from sweep.stage import CallId
from sweep.sweeping import RUNNER, sweeper
from sweep.table import Found


@dataclass(frozen=True)
class Task:
    """Which points to run."""

    scenario: str
    site: str
    kinds: tuple[str, ...] = tuple(KINDS)
    reads: tuple[str, ...] = READS
    sample: int = 0
    """This many of the points; 0 for all."""
    seed: int = 0
    point: Point | None = None
    """This point alone."""
    call: str = ""
    """The calls of this name alone; all if it is empty."""

    def points(self, calls: Iterable[CallId]) -> list[Point]:
        """The points, given the calls that the run makes."""
        if self.point is not None:
            return [self.point]
        named = (each for each in calls if self.call in {"", each.name})
        every = sorted(points_of(self.scenario, self.site, named, self.kinds, self.reads))
        return sample(every, self.sample, self.seed) if self.sample else every

    def run(self) -> tuple[Found, int, float]:
        """What was found, in how many runs and seconds."""
        os.environ["NO_PROXY"] = "127.0.0.1"
        began, found = time.monotonic(), Found()
        with sweeper(self.scenario, self.site, Server(RUNNER)) as sweeping:
            for point in self.points(sweeping.calls):
                found.add(point, sweeping.problems(point))
            return found, sweeping.runs, time.monotonic() - began
