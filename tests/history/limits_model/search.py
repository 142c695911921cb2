"""Look for differences in many random histories.

python tests/history/limits_model/search.py COUNT [SEED]
"""

import random
import sys
import time
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

from history.limits_model.compare import differences  # noqa: E402
from history.limits_model.generate import history  # noqa: E402


def main(count: int, seed: int) -> int:
    start, differing = time.perf_counter(), 0
    for number in range(seed, seed + count):
        chance = random.Random(number)
        steps, looks = history(chance.choice, review=number % 3 == 0)
        found = differences(steps, looks)
        if found:
            differing += 1
            if differing <= 3:
                print(number, *found, sep="\n  ")  # noqa: T201
    took = time.perf_counter() - start
    print(f"{count:,} histories, {differing} with a difference, in {took:.0f} s")  # noqa: T201
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0))
