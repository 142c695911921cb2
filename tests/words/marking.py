"""Mark every word that the code can say, and see which marks the goldens show.

A word that stands in a golden can't be changed without breaking it, so one run with every word
replaced by a mark of its own answers for all of them at once. A mark has as many characters as its
word, so that nothing is cut or wrapped elsewhere than before.
"""

import ast
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import pkgutil
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from types import CodeType, ModuleType

TOP = Path(__file__).parent.parent.parent
READ_BY_PEOPLE = (
    "reconciler.desire.*",
    "reconciler.plan.*",
    "reconciler.render.*",
    "reconciler.judge.[!r]*",
    "reconciler.judge.rules.[!e]*",
    "reconciler.load.*",
    "reconciler.services.*",
    "reconciler.apply.*",
    "reconciler.observe.*",
    "reconciler.consult.*",
    "reconciler.cli.*",
    "reconciler.edit.*",
    "reconciler.examine.*",
    "reconciler.record.*",
    "reconciler.report.*",
)
_FIRST = 0x1401
"""Canadian syllabics: letters without case, as wide as Latin ones, that no text of ours holds."""
_COUNT = 0x1660 - _FIRST
_WORD = re.compile(r"[A-Za-z][A-Za-z']*[A-Za-z]")
_MARK = re.compile(f"[{chr(_FIRST)}-{chr(_FIRST + _COUNT)}]{{2,}}")
_CODE = {"compile", "getattr", "setattr", "removeprefix", "removesuffix", "startswith", "endswith"}
_CODE |= {"partition", "rpartition", "split", "strip", "replace", "getLogger", "debug", "NewType"}
_CODE |= {"Example", "encode", "strftime", "TypeVar", "Progress", "strptime", "StringConstraints"}


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


def is_prose(text: str) -> bool:
    """Whether people read it: several words, or one that begins like a sentence."""
    words = _WORD.findall(text)
    if not words or "\x00" in text or re.match(r"(https?://|--?[a-z]|<!--|Bearer |[A-Z_]+$)", text):
        return False
    return bool(re.search(r"[A-Za-z,.:;]\s+\S|\s\S*[A-Za-z]|[A-Za-z]\S*\s", text)) or (
        len(words) > 1 and bool(re.match(r"[A-Z].*[.!]$", text))
    )


def _is_word(text: str, match: re.Match[str]) -> bool:
    """Not a part of a path, a key, a variable, an address or a piece of markup."""
    before, after = text[: match.start()][-1:], text[match.end() :][:1]
    return before not in {"/", "_", "@", "<", "\\", "&", "-", "$", "%"} and after not in {
        "/",
        "_",
        "=",
        "-",
        ">",
        ";",
    }


class _Loader(importlib.abc.InspectLoader):
    def __init__(self, path: str, marks: Marks) -> None:
        self._path = path
        self._marks = marks

    def get_source(self, _name: str) -> str:
        return Path(self._path).read_text(encoding="utf-8")

    def get_code(self, fullname: str) -> CodeType:
        tree = ast.parse(self.get_source(fullname))
        marked = ast.fix_missing_locations(Marker(fullname, self._marks).visit(tree))
        return compile(marked, self._path, "exec")


class Finder(importlib.abc.MetaPathFinder):
    """Imports what people read with marks for its words."""

    def __init__(self, marks: Marks, modules: Sequence[str] = READ_BY_PEOPLE) -> None:
        self._marks = marks
        self._modules = modules

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,  # noqa: ARG002 - of the interface
    ) -> importlib.machinery.ModuleSpec | None:
        if not any(fnmatch(fullname, each) for each in self._modules):
            return None
        found = importlib.machinery.PathFinder.find_spec(fullname, path)
        if found is None or found.origin is None or found.submodule_search_locations is not None:
            return None
        loader = _Loader(found.origin, self._marks)
        return importlib.util.spec_from_file_location(fullname, found.origin, loader=loader)


def install() -> Marks:
    """From now on, whatever is imported of the modules that people read is marked."""
    marks = Marks()
    loaded = [name for name in sys.modules if any(fnmatch(name, each) for each in READ_BY_PEOPLE)]
    assert not loaded, f"imported too early: {loaded}"
    sys.meta_path.insert(0, Finder(marks))
    return marks


def survivors(marks: Marks, texts: Iterator[str]) -> list[Word]:
    """The words that no text shows."""
    seen: set[int] = set()
    for text in texts:
        seen |= marks.seen_in(text)
    return [word for number, word in enumerate(marks.words) if number not in seen]


def import_all() -> None:
    """Import whatever no golden has needed, so that its words are counted."""
    import reconciler  # noqa: PLC0415 - not before the marks are installed

    for each in pkgutil.walk_packages(reconciler.__path__, "reconciler."):
        if any(fnmatch(each.name, pattern) for pattern in READ_BY_PEOPLE):
            importlib.import_module(each.name)


def pages(top: Path) -> Iterator[str]:
    """The pages of the reference, which a test compares with what the code makes of them."""
    spec = importlib.util.spec_from_file_location("generate", top / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for make in module.PAGES.values():
        yield make()
    from reconciler.judge.registry import RULES  # noqa: PLC0415
    from reconciler.render.rules_page import rules_page  # noqa: PLC0415

    yield rules_page(RULES.values())
