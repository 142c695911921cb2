"""A plugin of pytest that notes which lines of the package each passing test runs, and how long.

Commands that run in processes of their own leave a file of data each, if they are measured; what
appears there during a test is that test's.
"""

import contextlib
import json
import os
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from coverage import Coverage
from coverage.data import CoverageData
from coverage.exceptions import DataError

TOP = Path.cwd()
PACKAGE = TOP / "reconciler"


class Recorder:
    """Measures from before the package is imported until the session ends."""

    def __init__(self, result: Path, folder: Path) -> None:
        self.result, self.folder = result, folder
        self.coverage = Coverage(
            data_file=str(folder / "own"),
            source=[str(PACKAGE)],
            concurrency="thread",
            config_file=False,
        )
        self.coverage.start()
        self.seconds: dict[str, float] = defaultdict(float)
        self.failed: set[str] = set()
        self.lines: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item):
        self.coverage.switch_context(item.nodeid)
        done = yield
        self.coverage.switch_context("")
        for path in self.folder.glob("child.*"):
            with contextlib.suppress(DataError):  # a child that was killed may leave half a file
                self._take(path, item.nodeid)
            path.unlink()
        return done

    def _take(self, path: Path, test: str) -> None:
        data = CoverageData(str(path))
        data.read()
        for name in data.measured_files():
            for line in data.lines(name) or ():
                self.lines[str(Path(name).relative_to(TOP))][line].add(test)

    def pytest_runtest_logreport(self, report):
        self.seconds[report.nodeid] += report.duration
        if not report.passed:
            self.failed.add(report.nodeid)

    def pytest_sessionfinish(self):
        self.coverage.stop()
        data = self.coverage.get_data()
        for name in data.measured_files():
            path = str(Path(name).relative_to(TOP))
            for line, tests in data.contexts_by_lineno(name).items():
                self.lines[path][line] |= set(tests) - {""}
        tests = sorted(set(self.seconds) - self.failed)
        number = {name: at for at, name in enumerate(tests)}
        lines = {
            path: {
                line: sorted(number[each] for each in found if each in number)
                for line, found in known.items()
            }
            for path, known in self.lines.items()
        }
        found = {"tests": {each: self.seconds[each] for each in tests}, "lines": lines}
        self.result.write_text(json.dumps(found), encoding="utf-8")


def main() -> int:
    result, folder, *paths = sys.argv[1:]
    settings = Path(folder) / "coveragerc"
    settings.write_text(
        f"[run]\nsource = {PACKAGE}\nparallel = true\ndata_file = {folder}/child\n", "utf-8"
    )
    os.environ["COVERAGE_PROCESS_START"] = str(settings)
    arguments = ["-q", "-n", "0", "-p", "no:cacheprovider", "--cases=all", *paths]
    return int(pytest.main(arguments, plugins=[Recorder(Path(result), Path(folder))]))


if __name__ == "__main__":
    sys.path.insert(0, str(TOP))
    sys.exit(main() not in (0, 1))
