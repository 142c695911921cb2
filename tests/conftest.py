"""One sandbox for all tests of a process, the same examples in each run, and figures at the end."""

import gc
import json
import multiprocessing
import os
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

import cases
import pytest
from boxes import as_new
from company import TOP
from hub import Hub
from hypothesis import HealthCheck, settings
from screens import hold_screens
from searching import times
from sweep.table import table

from reconciler.sandbox import Box, serve

FIGURE = "figure"
SWEEP = "sweep"
_LONG = ("test_every_life_ends_as_it_must", "test_every_call")

# `make test` tries the same examples each time; `make search` looks for new ones.
# A busy machine is no failure.
_ALWAYS = settings(
    database=None,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("same", _ALWAYS, derandomize=True)
settings.register_profile("search", _ALWAYS, derandomize=False, max_examples=times(100))
settings.load_profile("same")


def pytest_xdist_auto_num_workers() -> int:
    """Two for each core: many tests wait for a time-out or for a pause of a client."""
    return 2 * (os.cpu_count() or 1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--cases", choices=cases.CHOICES, default=cases.SOME, help=cases.__doc__)


def pytest_configure(config: pytest.Config) -> None:
    cases.configure(config)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Spread the tests that take longest, or one process would end long after the others."""
    cases.select(config, items)
    lives, sweeps = ([each for each in items if each.name.startswith(name)] for name in _LONG)
    share = -(-len(sweeps) // max(1, len(lives)))
    parts = [sweeps[at : at + share] for at in range(0, len(sweeps), share or 1)]
    long = [each for pair in zip_longest(lives, parts) for each in _both(*pair)]
    rest = [each for each in items if each not in long]
    for number, each in enumerate(long):
        rest.insert(number + number * (len(items) - len(long)) // len(long), each)
    items[:] = rest


def pytest_collection_finish() -> None:
    """Whatever is there by now stays: no search for garbage needs to look at it again."""
    gc.collect()
    gc.freeze()


def _both(life: pytest.Item | None, sweeps: list[pytest.Item] | None) -> list[pytest.Item]:
    return [*([life] if life else []), *(sweeps or [])]


@pytest.fixture(scope="session")
def running() -> Iterator[Box]:
    with serve(record=True) as box:
        yield box


@pytest.fixture(scope="session")
def forks() -> Iterator[multiprocessing.context.ForkServerContext]:
    """Processes that can be killed, forked from one that has everything imported."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join([str(TOP / "tests"), str(TOP)]))
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["company", "lives.runs"])
        yield context


@pytest.fixture
def box(running: Box, monkeypatch: pytest.MonkeyPatch) -> Iterator[Box]:
    """A sandbox as new; whatever is sent and answered has to keep to the vendors' contracts."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield from as_new(running)


@pytest.fixture
def hub(tmp_path: Path, box: Box) -> Hub:
    """A company on GitHub, whose policy asks for reviews."""
    return Hub(tmp_path / "repo", box)


@pytest.fixture
def screens(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Whatever the commands of the test print is compared with a golden."""
    yield from hold_screens(request, tmp_path, monkeypatch)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [
        each for kind in ("passed", "failed") for each in terminalreporter.stats.get(kind, [])
    ]
    figures = sorted(
        str(value) for each in reports for name, value in each.user_properties if name == FIGURE
    )
    if figures:
        terminalreporter.section("figures")
        for figure in figures:
            terminalreporter.write_line(figure)
        points = sum(int(figure.split()[1]) for figure in figures if figure.startswith("swept "))
        if points:
            terminalreporter.write_line(f"swept {points} points in all")
    swept = [
        json.loads(value)
        for each in reports
        for name, value in each.user_properties
        if name == SWEEP
    ]
    if swept:
        terminalreporter.section("sweep")
        for line in table(swept):
            terminalreporter.write_line(line)
