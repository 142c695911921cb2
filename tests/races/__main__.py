"""`make races`: each race many times, with the counts."""

import argparse
import os
import sys
import tempfile
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from races.race import RACES, Ended, alone, hold
from reconciler.sandbox import serve

_printing = threading.Lock()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=20, help="how often each race is held")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", default="", help="a part of the names of the races to hold")
    asked = parser.parse_args()
    os.environ["NO_PROXY"] = "127.0.0.1"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with serve() as box:
            expected = alone(folder / "alone", box)
        print(f"one run alone leaves {expected} things", flush=True)  # noqa: T201 - a command
        bad = 0
        for race in (each for each in RACES if asked.only in each):
            with ThreadPoolExecutor(asked.jobs) as pool:
                ends = list(
                    pool.map(
                        lambda number, race=race: _once(
                            race, folder / f"{number}", asked.seed * 1000 + number, expected
                        ),
                        range(asked.times),
                    )
                )
            counts = Counter(
                doubled=sum(len(each.doubled) for each in ends),
                lost=sum(each.lost for each in ends),
                problems=sum(len(each.problems) for each in ends),
            )
            bad += counts.total()
            figures = ", ".join(f"{counts[key]} {key}" for key in ("doubled", "lost", "problems"))
            print(f"{race}, {asked.times} times: {figures}", flush=True)  # noqa: T201 - a command
    return 1 if bad else 0


def _once(race: str, folder: Path, seed: int, expected: int) -> Ended:
    with serve() as box:
        end = hold(RACES[race], folder, box, seed, expected)
    if end.doubled or end.lost or end.problems:
        with _printing:
            print(f"{race}, seed {seed}: {end}", file=sys.stderr, flush=True)  # noqa: T201
    return end


if __name__ == "__main__":
    sys.exit(main())
