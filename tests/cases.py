"""Of some tests, `make test` tries a few cases, and `make thorough` the others.

A test with the marker `sampled(n)` has many cases of one kind, each of which starts programs.
"""

from collections import defaultdict

import pytest

SOME, OTHERS, ALL = CHOICES = ("some", "others", "all")
MARKER = "sampled"


def configure(config: pytest.Config) -> None:
    """Let `--strict-markers` know the marker."""
    text = f"{MARKER}(n): try n of the cases, spread evenly; --cases=others tries the others"
    config.addinivalue_line("markers", text)


def select(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the cases that the option `--cases` asks for. A test without the marker is in SOME."""
    wanted = config.getoption("--cases")
    if wanted == ALL:
        return
    few = _few(items)
    parts: dict[bool, list[pytest.Item]] = {True: [], False: []}
    for each in items:
        parts[each in few].append(each)
    config.hook.pytest_deselected(items=parts[wanted != SOME])
    items[:] = parts[wanted == SOME]


def _few(items: list[pytest.Item]) -> set[pytest.Item]:
    tests: dict[str, list[pytest.Item]] = defaultdict(list)
    for each in items:
        tests[each.nodeid.partition("[")[0]].append(each)
    return {case for cases in tests.values() for case in _sample(cases)}


def _sample(cases: list[pytest.Item]) -> list[pytest.Item]:
    marker = cases[0].get_closest_marker(MARKER)
    count = min(marker.args[0], len(cases)) if marker else len(cases)
    return [cases[number * len(cases) // count] for number in range(count)]
