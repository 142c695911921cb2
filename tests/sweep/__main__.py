"""`make sweep`: every point, or those of some kinds, scenarios and sites; the counts by kind."""

import argparse
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from sweep.jobs import Task
from sweep.kinds import KINDS
from sweep.points import READS, read
from sweep.scenarios import SCENARIOS, SITES
from sweep.table import Found, table


def read_options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make sweep SWEEP_ARGS=...", description=__doc__)
    for name, known in (
        ("kind", KINDS),
        ("scenario", SCENARIOS),
        ("site", SITES),
        ("reads", READS),
    ):
        parser.add_argument(f"--{name}", choices=list(known), action="append")
    parser.add_argument("--sample", type=int, default=0, help="so many points of each scenario")
    parser.add_argument("--seed", type=int, default=0, help="of the sample")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--point", type=read, help="one point, as a failure shows it")
    return parser.parse_args(arguments)


def tasks_of(options: argparse.Namespace) -> list[Task]:
    if options.point:
        return [Task(options.point.scenario, options.point.site, point=options.point)]
    kinds = tuple(options.kind or KINDS)
    reads = tuple(options.reads or READS)
    return [
        Task(scenario, site, kinds, reads, options.sample, options.seed)
        for scenario in options.scenario or SCENARIOS
        for site in options.site or SITES
    ]


def main(arguments: list[str]) -> int:
    options = read_options(arguments)
    tasks = tasks_of(options)
    began, runs, every = time.monotonic(), 0, Found()
    with ProcessPoolExecutor(options.jobs, mp_context=get_context("spawn")) as pool:
        for task, (found, made, seconds) in zip(tasks, pool.map(Task.run, tasks), strict=True):
            points = f"{found.points} points, {made} runs, {seconds:.0f} s"
            print(
                "\n".join([f"{task.scenario}, {task.site}: {points}", *found.failures]), flush=True
            )
            every.merge(found)
            runs += made
    print("\n".join(table([every.counts])))
    seconds = time.monotonic() - began
    each = every.points / seconds
    print(f"swept {every.points} points with {runs} runs in {seconds:.0f} s, {each:.1f} a second")
    return 1 if every.failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
