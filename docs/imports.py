"""Print who imports whom: `python docs/imports.py [PACKAGE]`, of the folders of reconciler if none.

`python docs/imports.py --facets` prints in how many files each facet is.

One line for each folder and module of the package: how many files and lines it has, and which of
its neighbours it imports, with the number of imports. As for the linter, imports for type checking
do not count.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NamedTuple

import grimp

ROOT: Final = "reconciler"
FACETS: Final = f"{ROOT}.reconcile.facets"


class Part(NamedTuple):
    """A folder or a module of a package."""

    name: str
    files: int
    lines: int
    imports: Counter[str]
    """How many imports it has of each of its neighbours."""


def parts(package: str) -> Iterator[Part]:
    """The parts of a package, by name."""
    graph = grimp.build_graph(ROOT, cache_dir=None, exclude_type_checking_imports=True)
    for name in sorted(graph.find_children(package)):
        modules = [name, *graph.find_descendants(name)]
        files = [_file(each) for each in modules]
        found = Counter(
            neighbour
            for each in modules
            for imported in graph.find_modules_directly_imported_by(each)
            if (neighbour := _part_of(imported, package)) and neighbour != _part_of(name, package)
        )
        lines = sum(each.read_text(encoding="utf-8").count("\n") for each in files)
        yield Part(name.rpartition(".")[2], len(files), lines, found)


def _part_of(module: str, package: str) -> str:
    """The part of a package that holds a module; empty if none does."""
    rest = module.removeprefix(f"{package}.")
    return rest.partition(".")[0] if rest != module else ""


def _file(module: str) -> Path:
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(module)
    return Path(spec.origin)


def table(package: str) -> str:
    """One line for each part."""
    rows = [(each.name, str(each.files), str(each.lines), _named(each)) for each in parts(package)]
    rows.insert(0, ("part", "files", "lines", "imports"))
    first, second, third = (max(len(row[column]) for row in rows) for column in range(3))
    return "".join(
        f"{name:{first}}  {files:>{second}}  {lines:>{third}}  {imports}".rstrip() + "\n"
        for name, files, lines, imports in rows
    )


def _named(part: Part) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(part.imports.items()))


def facets() -> str:
    """One line for each facet: its file, lines, and which modules name it beside the list of all.

    The operations that a facet brings along count as the facet.
    """
    graph = grimp.build_graph(ROOT, cache_dir=None, exclude_type_checking_imports=True)
    rows = [("facet", "files", "lines", "named elsewhere in")]
    for module in sorted(graph.find_children(FACETS)):
        importers = graph.find_modules_that_directly_import(module) - {FACETS}
        others = sorted(each.removeprefix(f"{ROOT}.") for each in importers)
        lines = _file(module).read_text(encoding="utf-8").count("\n")
        name = module.rpartition(".")[2]
        rows.append((name, str(1 + len(others)), str(lines), ", ".join(others) or "-"))
    first = max(len(row[0]) for row in rows)
    return "".join(f"{a:{first}}  {b:>5}  {c:>5}  {d}\n" for a, b, c, d in rows)


if __name__ == "__main__":
    asked = sys.argv[1:2] or [ROOT]
    sys.stdout.write(facets() if asked == ["--facets"] else table(*asked))
