"""One sandbox for all tests of a process, the same examples in each run, and figures at the end."""

import gc
import json
import multiprocessing
import os
from collections.abc import Iterator
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
_LONG = (
    "test_every_life_ends_as_it_must",
    "test_every_call",
    "test_every_merge",
    "test_the_story_goes_as_told",
    "test_the_people_do_what_the_pages_say",
    "test_a_whole_life_by_questions_and_answers",
    "test_twenty_at_once",
    "test_what_people_see_of_a_failure",
    "test_a_lease_that_the_former_key_sealed",
    "test_a_run_that_finds_the_desk_held",
    "test_interrupted_after_every_change",
    "test_every_lost_answer",
    "test_hundreds_of_updates",
    "test_nothing_is_gained",
)
"""How the names of the tests begin that take longest."""

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
    """Let each process begin with tests that take longest, or one would end after the others.

    Each process begins with an equal part of the list, and takes from the end of others' parts.
    """
    cases.select(config, items)
    long = [each for each in items if each.name.startswith(_LONG)]
    rest = [each for each in items if not each.name.startswith(_LONG)]
    count = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    ends = [number * len(items) // count for number in range(1, count + 1)]
    items.clear()
    for number, end in enumerate(ends):
        items += long[number::count]
        room = max(0, end - len(items))
        items += rest[:room]
        rest = rest[room:]


def pytest_collection_finish() -> None:
    """Whatever is there by now stays: no search for garbage needs to look at it again."""
    gc.collect()
    gc.freeze()


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
