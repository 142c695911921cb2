"""Fail if a package is installed in another version than the oldest that `pyproject.toml` allows.

Run by `make lowest`: a package of the tests that needs a newer version would hide a wrong bound.
"""

import re
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

PROJECT = Path(__file__).parents[2] / "pyproject.toml"


def newer(project: Path) -> list[str]:
    """The packages that a run or an extra needs and that are newer than their oldest version."""
    told = tomllib.loads(project.read_text(encoding="utf-8"))["project"]
    extras = told["optional-dependencies"]
    every = [*told["dependencies"], *extras["prompts"], *extras["sandbox"]]
    stated = [found for each in every if (found := re.match(r"([\w-]+)>=([\w.]+)", each))]
    return [
        f"{each[1]}: {version(each[1])} is installed, {each[2]} is the oldest"
        for each in stated
        if _release(version(each[1])) != _release(each[2])
    ]


def _release(text: str) -> str:
    """A version without zeros at its end: 2.11 and 2.11.0 are the same."""
    return re.sub(r"(\.0)+$", "", text)


if __name__ == "__main__":
    sys.exit("\n".join(newer(PROJECT)) or 0)
