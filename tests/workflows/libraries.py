"""The libraries that a package declares, without anything else that is installed here."""

import tomllib
from collections.abc import Iterable
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement


def link_libraries(folder: Path, names: Iterable[str]) -> None:
    """Fill a folder with links to distributions and to all that they require, and to no others."""
    folder.mkdir()
    for each in _closure(names).values():
        tops = {file.parts[0] for file in each.files or ()} - {"..", "__pycache__"}
        for top in tops:
            (folder / top).symlink_to(Path(str(each.locate_file(top))))


def declared(project: Path) -> list[str]:
    """What a `pyproject.toml` says that is needed to build the package and to run it, by name."""
    told = tomllib.loads(project.read_text(encoding="utf-8"))
    return _needed([*told["build-system"]["requires"], *told["project"]["dependencies"]])


def _needed(requirements: Iterable[str]) -> list[str]:
    """The names of those that are for this Python, without extras."""
    wanted = [Requirement(each) for each in requirements]
    return [each.name for each in wanted if not each.marker or each.marker.evaluate({"extra": ""})]


def _closure(names: Iterable[str]) -> dict[str, Distribution]:
    found: dict[str, Distribution] = {}
    waiting = list(names)
    while waiting:
        each = distribution(waiting.pop())
        if each.name not in found:
            found[each.name] = each
            waiting += _needed(each.requires or ())
    return found
