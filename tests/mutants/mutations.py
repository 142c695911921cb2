"""The mutants of a file: mutmut's operators, each applied once."""

import difflib
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, cast

import libcst
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators

TOP = Path(__file__).parent.parent.parent
UNTOUCHED = (libcst.Annotation, libcst.Import, libcst.ImportFrom, libcst.Decorator)
FUNCTIONS = (libcst.FunctionDef, libcst.Lambda)


class Change(NamedTuple):
    """One node that becomes another."""

    line: int
    at_import: bool
    before: libcst.CSTNode
    after: libcst.CSTNode


@dataclass(frozen=True)
class Mutant:
    """One file with one change."""

    group: str
    path: str
    line: int
    at_import: bool
    """True if the line runs when the file is imported, and not in a function."""
    code: str
    diff: tuple[str, ...]

    @property
    def key(self) -> str:
        """The same as long as the changed lines are; it does not move with other lines."""
        return hashlib.sha256("\n".join((self.path, *self.diff)).encode()).hexdigest()[:10]


class Finder(libcst.CSTVisitor):
    """Collects what the operators make of each node."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self) -> None:
        self.found: list[Change] = []
        self._functions = 0

    def on_visit(self, node: libcst.CSTNode) -> bool:
        if isinstance(node, UNTOUCHED) or _is_docstring(node):
            return False
        self._functions += isinstance(node, FUNCTIONS)
        for kind, operator in mutation_operators:
            if isinstance(node, kind):
                line = self.get_metadata(PositionProvider, node).start.line
                at_import = self._functions == 0
                self.found += [Change(line, at_import, node, each) for each in operator(node)]
        return True

    def on_leave(self, original_node: libcst.CSTNode) -> None:
        self._functions -= isinstance(original_node, FUNCTIONS)


def _is_docstring(node: libcst.CSTNode) -> bool:
    return isinstance(node, libcst.Expr) and isinstance(
        node.value, libcst.SimpleString | libcst.ConcatenatedString
    )


class Source:
    """A file and the places where it can be changed; a change is made when it is asked for."""

    def __init__(self, group: str, path: Path, skip: Mapping[str, str]) -> None:
        self.group, self.path = group, path
        self.before = path.read_text("utf-8").splitlines(keepends=True)
        self.tree = MetadataWrapper(
            libcst.parse_module("".join(self.before)), unsafe_skip_copy=True
        )
        finder = Finder()
        self.tree.visit(finder)
        self.changes = [
            each
            for each in finder.found
            if not any(re.search(pattern, self.before[each.line - 1]) for pattern in skip)
        ]

    def mutant(self, number: int) -> Mutant | None:
        """One change carried out; None when the code stays the same or does not compile."""
        line, at_import, node, other = self.changes[number]
        code = cast("libcst.Module", self.tree.module.deep_replace(node, other)).code
        diff = tuple(
            each.rstrip("\n")
            for each in difflib.unified_diff(self.before, code.splitlines(keepends=True), n=0)
            if not each.startswith(("---", "+++", "@@"))
        )
        if not diff or not _compiles(code):
            return None
        return Mutant(self.group, str(self.path.relative_to(TOP)), line, at_import, code, diff)


def _compiles(code: str) -> bool:
    try:
        compile(code, "mutant", "exec")
    except SyntaxError:
        return False
    return True
