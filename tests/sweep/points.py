"""Every point of the sweep: which call goes wrong, how, and what the run after it reads."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from zlib import crc32

from sweep.kinds import KINDS
from sweep.stage import CallId

READS: Final = ("fresh", "stale")
MINUTES: Final = timedelta(minutes=7)
NEXT_DAY: Final = timedelta(hours=15)


@dataclass(frozen=True, order=True)
class Point:
    """One fault, and what follows it."""

    kind: str
    scenario: str
    site: str
    call: CallId
    reads: str

    def __str__(self) -> str:
        return ", ".join((self.kind, self.scenario, self.site, str(self.call), self.reads))

    @property
    def again(self) -> str:
        """The command that runs this point alone."""
        return f"make sweep SWEEP_ARGS=\"--point='{self}'\""

    @property
    def later(self) -> timedelta:
        """How long after the fault the next run begins: the next day in a third of the points."""
        return MINUTES if crc32(str(self).encode()) % 3 else NEXT_DAY


def points_of(
    scenario: str,
    site: str,
    calls: Iterable[CallId],
    kinds: Iterable[str] = KINDS,
    reads: Iterable[str] = READS,
) -> Iterator[Point]:
    """All points of a scenario."""
    for call in calls:
        for name in kinds:
            if KINDS[name].service in {None, call.service}:
                for each in reads:
                    yield Point(name, scenario, site, call, each)


def sample(points: Iterable[Point], most: int, seed: int) -> list[Point]:
    """As many of the points, spread evenly over the kinds; the same for the same seed.

    If there are more kinds than that, the next seed takes the next kinds.
    """
    chance = random.Random(seed)
    by_kind: dict[str, list[Point]] = {}
    for each in sorted(points):
        by_kind.setdefault(each.kind, []).append(each)
    for each in by_kind.values():
        chance.shuffle(each)
    kinds, taken = list(by_kind.values()), list[Point]()
    first = seed * most % max(1, len(kinds))
    while len(taken) < most and any(kinds):
        taken += [each.pop() for each in kinds[first:] + kinds[:first] if each]
    return sorted(taken[:most])


def read(text: str) -> Point:
    """A point by its name. Raises ValueError."""
    kind, scenario, site, call, reads = text.split(", ")
    service, _, rest = call.partition(" ")
    name, _, nth = rest.rpartition(" ")
    if kind not in KINDS or reads not in READS:
        raise ValueError(f"there is no point {text}")
    return Point(kind, scenario, site, CallId(service, name, int(nth)), reads)
