"""A mutant on trial: the tests that cover it, in a process forked from one with pytest imported."""

import importlib
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from mutations import TOP, Mutant

THIRD = (
    "_pytest.assertion.rewrite", "click", "hypothesis", "jira", "jsonschema", "pydantic",
    "requests", "rich.console", "slack_sdk", "starlette.applications",
    "uvicorn", "yaml",
)  # fmt: skip
"""What tests import and no mutant changes."""

OUTCOMES = {0: "survived", 1: "killed", 2: "killed"}
"""By pytest's status; 2 is a test file that cannot be imported any more."""


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant."""

    mutant: Mutant
    outcome: str
    seconds: float
    tests: int


class Chosen:
    """Lets pytest run these tests only, in this order."""

    def __init__(self, tests: Sequence[str]) -> None:
        self.place = {name: at for at, name in enumerate(tests)}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items):
        items[:] = sorted(
            (each for each in items if each.nodeid in self.place),
            key=lambda each: self.place[each.nodeid],
        )


class First:
    """Ends the session with the first test that fails, as `-x` does."""

    def pytest_configure(self, config):
        config.option.maxfail = 1


def preload() -> None:
    """Import everything but the package and its tests, which each mutant imports anew."""
    for name in THIRD:
        importlib.import_module(name)


def copy_project(folder: Path) -> Path:
    """The files of the project that git knows or would take, in a folder of their own."""
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=TOP, check=True, capture_output=True,
    ).stdout.decode().split("\0")  # fmt: skip
    for name in filter(None, names):
        if (TOP / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(TOP / name, folder / name)
    return folder


def judge(mutant: Mutant, tests: Sequence[str], copy: Path, limit: float) -> Verdict:
    """Run the tests against the mutant, in a copy that is put back afterwards."""
    if not tests:
        return Verdict(mutant, "not covered", 0.0, 0)
    began = time.monotonic()
    outcome = run_changed({mutant.path: mutant.code}, tests, copy, limit, [Chosen(tests), First()])
    return Verdict(mutant, outcome, time.monotonic() - began, len(tests))


def run_changed(
    changed: Mapping[str, str],
    tests: Sequence[str],
    copy: Path,
    limit: float,
    plugins: Sequence[object],
) -> str:
    """What became of the tests with these files, in a copy that is put back afterwards."""
    kept = {copy / path: (copy / path).read_bytes() for path in changed}
    times = {path: path.stat() for path in kept}
    began = time.monotonic()
    for path, code in changed.items():
        (copy / path).write_text(code, "utf-8")
    try:
        child = os.fork()
        if child == 0:
            _run(tests, copy, plugins)
        return _await(child, began + limit)
    finally:
        for path, original in kept.items():
            path.write_bytes(original)
            os.utime(path, ns=(times[path].st_atime_ns, times[path].st_mtime_ns))


def _run(tests: Sequence[str], copy: Path, plugins: Sequence[object]) -> None:
    """In the child: become a process of its own that ends with pytest's status."""
    status = 3
    try:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        log = os.open(copy / "mutant.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.chdir(copy)
        os.environ |= {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
        sys.dont_write_bytecode = True
        sys.path[:] = [str(copy), *(each for each in sys.path if each not in {"", str(TOP)})]
        files = list(dict.fromkeys(each.partition("::")[0] for each in tests))
        options = ["-q", "-n", "0", "-p", "no:cacheprovider", "--cases=all", f"--rootdir={copy}"]
        # A plugin's package was imported before pytest could look at its asserts.
        options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
        status = int(pytest.main([*options, *files], plugins=list(plugins)))
    except BaseException:  # noqa: BLE001 - the child must not go on as its parent
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _await(child: int, until: float) -> str:
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            _end_group(child)
            return OUTCOMES.get(os.waitstatus_to_exitcode(status), "broken")
        time.sleep(0.02)
    _end_group(child)
    os.waitpid(child, 0)
    return "time limit"


def _end_group(child: int) -> None:
    """End what the child and its own children left running; they are a session of their own."""
    try:
        os.killpg(child, signal.SIGKILL)
    except ProcessLookupError:
        return
