"""What a sweep found: counts by kind, and how to see each failure again."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sweep.judge import CLASSES, Problem
from sweep.points import Point

POINTS = "points"


@dataclass
class Found:
    """Counts by kind, and what was wrong at which point. Processes send it to each other."""

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    @property
    def points(self) -> int:
        """How many points were run."""
        return sum(each[POINTS] for each in self.counts.values())

    def add(self, point: Point, problems: Iterable[Problem]) -> None:
        """Count one point; for each class once, however often it occurs."""
        counts = self.counts.setdefault(point.kind, Counter())
        counts[POINTS] += 1
        first: dict[str, Problem] = {}
        for each in problems:
            first.setdefault(each.kind, each)
        counts.update(list(first))
        if first:
            self.failures.append(point.again)
            self.failures += [f"    {name}: {each.what[:300]}" for name, each in first.items()]

    def merge(self, other: "Found") -> None:
        """Add what another process found."""
        for kind, counts in other.counts.items():
            self.counts.setdefault(kind, Counter()).update(counts)
        self.failures += other.failures


def table(found: Iterable[Mapping[str, Mapping[str, int]]]) -> Iterator[str]:
    """One line for each kind, and the sums."""
    by_kind: dict[str, Counter[str]] = {}
    sums: Counter[str] = Counter()
    for counts in found:
        for kind, each in counts.items():
            by_kind.setdefault(kind, Counter()).update(each)
            sums.update(each)
    heads = (POINTS, *CLASSES)
    width = max(len(each) for each in (*by_kind, "all kinds"))
    yield "  ".join(["kind".ljust(width), *heads])
    for kind, counts in (*sorted(by_kind.items()), ("all kinds", sums)):
        yield "  ".join([kind.ljust(width), *(str(counts[h]).rjust(len(h)) for h in heads)])
