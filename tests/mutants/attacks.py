"""`make attacks`: takes out one check of the code at a time; the tests of its attacks must fail.

`attacks.toml` names for each check the text in the code, what stands there without it, and the
tests that must fail then. A test that passes without its check proves nothing.
"""

import argparse
import json
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from taken_out import Check, read_checks
from trial import Chosen, copy_project, preload, run_changed

_LIMIT = 300.0
"""Seconds that the tests of one check may take."""


class Failures:
    """Notes in a file why each test fails, in one line."""

    def __init__(self, result: Path) -> None:
        self.result, self.found = result, dict[str, str]()

    def pytest_runtest_logreport(self, report):
        if report.failed and report.when == "call":
            crash = getattr(report.longrepr, "reprcrash", None)
            lines = str(crash.message if crash else report.longrepr).splitlines()
            self.found[report.nodeid] = lines[0][:200]

    def pytest_sessionfinish(self):
        self.result.write_text(json.dumps(self.found), encoding="utf-8")


_COPY: list[Path] = []


def _begin(folder: Path) -> None:
    number = multiprocessing.current_process().name.rpartition("-")[2]
    _COPY.append(copy_project(folder / number))
    preload()


def _try(check: Check) -> tuple[Check, Mapping[str, str]]:
    """Why the tests fail without the check, by test; those that do not fail are left out."""
    copy, result = _COPY[0], _COPY[0] / "failures.json"
    result.unlink(missing_ok=True)
    plugins = [Chosen(check.fails), Failures(result)]
    run_changed(check.without(), check.fails, copy, _LIMIT, plugins)
    return check, json.loads(result.read_text("utf-8")) if result.exists() else {}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", default="", help="only checks with this in their words or tests")
    options = parser.parse_args()
    checks = [each for each in read_checks() if options.only in " ".join((each.what, *each.fails))]
    began, passed, tests = time.monotonic(), 0, 0
    context = multiprocessing.get_context("fork")
    with (
        tempfile.TemporaryDirectory(prefix="attacks-") as folder,
        context.Pool(options.jobs, _begin, (Path(folder),)) as pool,
    ):
        for check, failed in pool.imap_unordered(_try, checks):
            print(f"\n{check.what}")
            for test in check.fails:
                tests += 1
                passed += test not in failed
                print(f"  {test}\n    {failed.get(test) or 'PASSES WITHOUT THE CHECK'}")
    seconds = time.monotonic() - began
    print(
        f"\n{len(checks)} checks taken out, {tests} tests in {seconds / 60:.1f} minutes; ", end=""
    )
    print(f"{passed} pass without their check" if passed else "each fails without its check")
    return 1 if passed or not tests else 0


if __name__ == "__main__":
    sys.exit(main())
