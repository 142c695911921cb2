"""docs/dependencies.md has a line for each dependency, and no others."""

import re
import tomllib
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
PROJECT = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
OWN = PROJECT["name"]
PAGE = (TOP / "docs" / "dependencies.md").read_text(encoding="utf-8")


def names(requirements: list[str]) -> list[str]:
    return sorted(re.split(r"[<>=!~\[; ]", each, maxsplit=1)[0] for each in requirements)


def listed(section: str) -> list[str]:
    lines = PAGE.partition(f"## {section}\n")[2].partition("\n## ")[0]
    return sorted(re.findall(r"^\| `([^`]+)` \| \S", lines, re.MULTILINE))


def test_dependencies_to_run_are_listed() -> None:
    assert listed("To run") == names(PROJECT["dependencies"])


@pytest.mark.parametrize("extra", PROJECT["optional-dependencies"])
def test_dependencies_of_an_extra_are_listed(extra: str) -> None:
    (heading,) = re.findall(f"^## (.*: extra `{extra}`)$", PAGE, re.MULTILINE)
    own = [name for name in names(PROJECT["optional-dependencies"][extra]) if name != OWN]
    assert listed(heading) == own
