"""`make mutants`: a seeded sample of mutants, each against the tests that cover it."""

import argparse
import json
import multiprocessing
import random
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from mutations import TOP, Mutant, Source
from trial import Verdict, copy_project, judge, preload

HERE = Path(__file__).parent
CONFIG: dict[str, Any] = tomllib.loads((HERE / "mutants.toml").read_text("utf-8"))
KILLED = {"killed", "time limit"}
Covered = dict[str, dict[str, list[str]]]


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("sample", "seed", "jobs", "seconds"):
        parser.add_argument(f"--{name}", type=int, default=CONFIG[name])
    parser.add_argument(
        "--record", action="store_true", help="measure again which tests cover what"
    )
    parser.add_argument("--only", nargs="*", metavar="ID", help="only these mutants of the sample")
    parser.add_argument("--tests", nargs="*", default=["tests"], help="where covering tests are")
    parser.add_argument(
        "--data", type=Path, default=TOP / ".mutants", help="what is kept between runs"
    )
    return parser.parse_args()


def record(options: argparse.Namespace) -> None:
    """Run the tests once, side by side, and keep what each covers."""
    files = sorted(
        str(path.relative_to(TOP))
        for top in options.tests
        for path in ([TOP / top] if top.endswith(".py") else (TOP / top).rglob("test_*.py"))
        if not any(path.is_relative_to(TOP / each) for each in CONFIG["without"])
    )
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        running = []
        for number in range(options.jobs):
            copy = copy_project(Path(folder) / str(number))
            data = Path(folder) / f"data-{number}"
            data.mkdir()
            command = [sys.executable, str(copy / "tests" / "mutants" / "recorder.py")]
            result = options.data / f"covered-{number}.json"
            share = files[number :: options.jobs]
            running.append(subprocess.Popen([*command, str(result), str(data), *share], cwd=copy))
        statuses = [each.wait() for each in running]
        if any(statuses):
            sys.exit("The tests could not be run; see above.")


def covered(folder: Path) -> tuple[Covered, dict[str, float]]:
    """Tests by file and line, and how long each takes."""
    lines: Covered = defaultdict(lambda: defaultdict(list))
    seconds: dict[str, float] = {}
    for path in sorted(folder.glob("covered-*.json")):
        found = json.loads(path.read_text("utf-8"))
        names = list(found["tests"])
        seconds |= found["tests"]
        for file, known in found["lines"].items():
            for line, tests in known.items():
                lines[file][line] += [names[each] for each in tests]
    return lines, seconds


def sampled(options: argparse.Namespace) -> list[Mutant]:
    """The same mutants for the same seed and source, as many from each group as it has."""
    groups: Mapping[str, Sequence[str]] = CONFIG["groups"]
    chance = random.Random(options.seed)
    known = {
        name: [
            (source, number)
            for path in sorted({each for glob in globs for each in TOP.glob(glob)})
            for source in [Source(name, path, CONFIG["skip"])]
            for number in range(len(source.changes))
        ]
        for name, globs in groups.items()
    }
    if empty := [name for name, each in known.items() if not each]:
        sys.exit(f"Correct tests/mutants/mutants.toml: nothing to mutate in {', '.join(empty)}.")
    for each in known.values():
        chance.shuffle(each)
    taken: dict[str, Mutant] = {}
    while len(taken) < options.sample and any(known.values()):
        for each in known.values():
            mutant = _next(each)
            if mutant is not None and len(taken) < options.sample:
                taken.setdefault(mutant.key, mutant)
    return [each for each in taken.values() if not options.only or each.key in options.only]


def _next(candidates: list[tuple[Source, int]]) -> Mutant | None:
    """The next candidate that is a mutant."""
    while candidates:
        source, number = candidates.pop()
        if mutant := source.mutant(number):
            return mutant
    return None


def covering(
    mutant: Mutant, lines: Covered, seconds: Mapping[str, float], most: float
) -> list[str]:
    """Tests of the mutant's line, fastest first.

    Where the line runs at import, every test of the file covers it. Then the tests that cover
    little else come first, because they are about this file.
    """
    known = lines.get(mutant.path, {})
    found = set(known.get(str(mutant.line), ()))
    focus: Counter[str] = Counter()
    if mutant.at_import or not found:  # the line is counted only for processes of a test's own
        found = {name for each in known.values() for name in each}
        here = Counter(name for each in known.values() for name in each)
        total = Counter(name for file in lines.values() for each in file.values() for name in each)
        focus = Counter({name: round(100 * here[name] / total[name]) for name in found})
    candidates = sorted(found, key=lambda each: (-focus[each], seconds[each], each))
    chosen: list[str] = []
    for name in candidates:
        most -= seconds[name]
        if chosen and most < 0:
            break
        chosen.append(name)
    return chosen


_COPY: list[Path] = []


def _begin(folder: Path) -> None:
    """In each worker: a copy of its own, and the imports that all its mutants share."""
    number = multiprocessing.current_process().name.rpartition("-")[2]
    _COPY.append(copy_project(folder / number))
    preload()


def _try(task: tuple[Mutant, list[str], float]) -> Verdict:
    mutant, tests, limit = task
    return judge(mutant, tests, _COPY[0], limit)


def verdicts(options: argparse.Namespace, chosen: Sequence[Mutant]) -> Iterable[Verdict]:
    lines, seconds = covered(options.data)
    limit = options.seconds + CONFIG["grace"]
    tasks = [(each, covering(each, lines, seconds, options.seconds), limit) for each in chosen]
    context = multiprocessing.get_context("fork")
    with (
        tempfile.TemporaryDirectory(prefix="mutants-") as folder,
        context.Pool(options.jobs, _begin, (Path(folder),)) as pool,
    ):
        yield from pool.imap_unordered(_try, tasks)


def report(done: Sequence[Verdict], seconds: float) -> int:
    """Print the table and the survivors that have no reason yet; the exit status."""
    known = tomllib.loads((HERE / "survivors.toml").read_text("utf-8")).get("survivor", [])
    reasons = {each["id"]: each["reason"] for each in known}
    outcomes = ("killed", "time limit", "survived", "not covered", "broken")
    print(f"\n{'group':<18}" + "".join(f"{each:>13}" for each in outcomes))
    for group in CONFIG["groups"]:
        counts = Counter(each.outcome for each in done if each.mutant.group == group)
        print(f"{group:<18}" + "".join(f"{counts[each]:>13}" for each in outcomes))
    killed = sum(each.outcome in KILLED for each in done)
    left = [each for each in done if each.outcome not in KILLED]
    open_ = [each for each in left if each.mutant.key not in reasons]
    share = 100 * killed / len(done)
    print(f"\n{killed} of {len(done)} killed ({share:.1f} %) in {seconds / 60:.1f} minutes;")
    print(f"{len(left)} left, {len(left) - len(open_)} of them with a reason in survivors.toml")
    for each in sorted(open_, key=lambda each: (each.mutant.path, each.mutant.line)):
        mutant = each.mutant
        print(f"\n{mutant.path}:{mutant.line}  {mutant.key}  {each.outcome}, {each.tests} tests")
        print("\n".join(f"    {line}" for line in mutant.diff))
    return int(bool(open_) or share < CONFIG["target"])


def main() -> int:
    options = read_options()
    options.data.mkdir(exist_ok=True)
    if options.record or not list(options.data.glob("covered-*.json")):
        print("Measuring which tests cover what ...", flush=True)
        record(options)
    began = time.monotonic()
    done: list[Verdict] = []
    for each in verdicts(options, sampled(options)):
        done.append(each)
        where = f"{each.mutant.path}:{each.mutant.line}"
        print(f"{len(done):>4} {each.outcome:<11} {each.seconds:6.1f} s  {where}", flush=True)
    return report(done, time.monotonic() - began)


if __name__ == "__main__":
    sys.exit(main())
