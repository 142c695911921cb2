"""Mark every word that the code can say, and see which marks the goldens show.

A word that stands in a golden can't be changed without breaking it, so one run with every word
replaced by a mark of its own answers for all of them at once. A mark has as many characters as its
word, so that nothing is cut or wrapped elsewhere than before.
"""

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

READ_BY_PEOPLE = (
    "reconciler.reconcile.*",
    "reconciler.render.*",
    "reconciler.history.*",
    "reconciler.check.[!r]*",
    "reconciler.check.rules.[!e]*",
    "reconciler.load.*",
    "reconciler.services.*",
    "reconciler.pull_requests.*",
    "reconciler.cli.*",
    "reconciler.edit.*",
    "reconciler.doctor.*",
    "reconciler.audit.*",
)
_FIRST = 0x1401
"""Canadian syllabics: letters without case, as wide as Latin ones, that no text of ours holds."""
_COUNT = 0x1660 - _FIRST
_WORD = re.compile(r"[A-Za-z][A-Za-z']*[A-Za-z]")
_MARK = re.compile(f"[{chr(_FIRST)}-{chr(_FIRST + _COUNT)}]{{2,}}")
_CODE = {"compile", "getattr", "setattr", "removeprefix", "removesuffix", "startswith", "endswith"}
_CODE |= {"partition", "rpartition", "split", "strip", "replace", "getLogger", "debug", "NewType"}
_CODE |= {
    "Example",
    "_in_policy",
    "_on_roster",
    "encode",
    "strftime",
    "TypeVar",
    "Progress",
    "strptime",
    "StringConstraints",
    "cast",
    "memfd_create",
}


@dataclass(frozen=True)
class Word:
    """One word of one string in one module."""

    module: str
    line: int
    text: str
    word: str


@dataclass
class Marks:
    """All marked words; a mark tells its place in the list."""

    words: list[Word] = field(default_factory=list)

    def mark(self, word: Word) -> str:
        number = len(self.words)
        self.words.append(word)
        first, second = divmod(number, _COUNT)
        mark = chr(_FIRST + first) + chr(_FIRST + second)
        return mark + mark[1] * (len(word.word) - 2)

    def seen_in(self, text: str) -> set[int]:
        found: set[int] = set()
        for run in _MARK.findall(text):
            found.add((ord(run[0]) - _FIRST) * _COUNT + ord(run[1]) - _FIRST)
        return found


class Marker(ast.NodeTransformer):
    """Replaces the words of what people read by marks."""

    def __init__(self, module: str, marks: Marks) -> None:
        self._module = module
        self._marks = marks

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        if isinstance(node.value, ast.Constant):
            return node  # a docstring
        return self.generic_visit(node)

    def visit_Dict(self, node: ast.Dict) -> ast.AST:
        node.values = [self.visit(value) for value in node.values]
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        node.value = self.visit(node.value)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        returns, node.returns = node.returns, None  # a type can be written as text
        self.generic_visit(node)
        node.returns = returns
        return node

    def visit_match_case(self, node: ast.match_case) -> ast.AST:
        node.body = [self.visit(each) for each in node.body]
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        name = node.func.id if isinstance(node.func, ast.Name) else name
        if name in _CODE:
            node.func = self.visit(node.func)
            return node
        return self.generic_visit(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        whole = "".join(
            str(each.value) if isinstance(each, ast.Constant) else "{}" for each in node.values
        )
        for each in node.values:
            if isinstance(each, ast.Constant):
                each.value = self._marked(str(each.value), whole, node.lineno)
            else:
                self.visit(each)
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, str):
            node.value = self._marked(node.value, node.value, node.lineno)
        return node

    def _marked(self, text: str, whole: str, line: int) -> str:
        if not is_prose(whole):
            return text
        return _WORD.sub(
            lambda match: (
                self._marks.mark(Word(self._module, line, whole, match[0]))
                if _is_word(text, match)
                else match[0]
            ),
            text,
        )


_FOR_MACHINES = re.compile(
    r"https?://|--?[a-z]|<!--|Bearer |[A-Z_]+$|project (=|in) |AUTHORIZATION: |%\(asctime\)"
    r"|commit \{\}\n|from \{\}\n|M 100644 |export \{\}=|# yaml-language-server|\( \+\)|Mapping\["
    r"|((not )?bold( red)?)$|\s*[a-z_]+:.*\n"
)
"""Queries, headers, formats, what git reads, types, styles of the terminal, and YAML."""


def is_prose(text: str) -> bool:
    """Whether people read it: several words, or one that begins like a sentence."""
    words = _WORD.findall(text)
    if not words or "\x00" in text or _FOR_MACHINES.match(text):
        return False
    return bool(re.search(r"[A-Za-z,.:;]\s+\S|\s\S*[A-Za-z]|[A-Za-z]\S*\s", text)) or (
        len(words) > 1 and bool(re.match(r"[A-Z].*[.!]$", text))
    )


def _is_word(text: str, match: re.Match[str]) -> bool:
    """Not a part of a path, a key, a variable, an address or a piece of markup."""
    before, after = text[: match.start()][-1:], text[match.end() :][:1]
    if (before, after) == ("{", "}"):  # the name of a value that is put in
        return False
    return before not in {"/", "_", "@", "<", "\\", "&", "-", "$", "%"} and after not in {
        "/",
        "_",
        "=",
        "-",
        ">",
        ";",
    }


class _Unasserted(ast.NodeTransformer):
    """Evaluates what a test asserts and goes on, so that no fixed text ends a test early."""

    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        nothing = ast.ExceptHandler(ast.Name("Exception", ast.Load()), None, [ast.Pass()])
        return ast.copy_location(ast.Try([ast.Expr(node.test)], [nothing], [], []), node)


def mark_sources(top: Path) -> Marks:
    """Rewrite the modules that people read, so that every process says marks for words."""
    marks = Marks()
    for path in sorted((top / "reconciler").rglob("*.py")):
        module = ".".join(path.relative_to(top).with_suffix("").parts)
        if any(fnmatch(module, each) for each in READ_BY_PEOPLE):
            _rewrite(path, Marker(module, marks))
    return marks


def drop_asserts(top: Path) -> None:
    """Rewrite the tests, so that each goes on to its golden."""
    for path in (top / "tests").rglob("*.py"):
        _rewrite(path, _Unasserted())


def _rewrite(path: Path, transformer: ast.NodeTransformer) -> None:
    tree = transformer.visit(ast.parse(path.read_text(encoding="utf-8")))
    path.write_text(ast.unparse(ast.fix_missing_locations(tree)), encoding="utf-8")


def survivors(marks: Marks, texts: Iterable[str]) -> list[Word]:
    """The words that no text shows."""
    seen: set[int] = set()
    for text in texts:
        seen |= marks.seen_in(text)
    return [word for number, word in enumerate(marks.words) if number not in seen]
