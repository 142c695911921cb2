"""A class name has one meaning in the package, and functions and modules have plain names."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "reconciler"
MODULES = {
    path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted(PACKAGE.rglob("*.py"))
}

VENDORS_WORDS = re.compile(r"sandbox/\w+_state\.py")
"""The sandbox's state is named in the words of Jira, Slack and GitHub."""

FORBIDDEN = {
    "told": "posted, or what is posted",
    "heard": "parse_fields, or what is parsed",
    "looking": "plan_run, or what is read",
    "hands": "ownership_history",
    "mend": "form_problems, or what is corrected",
    "seen": "observed, or what is read",
    "again": "reopened, or what happens a second time",
}
"""Words that no name of a module or a function has as a part, with better ones."""

FORBIDDEN_NAMES = {"over": "closed, or what has ended", "take_in": "import_"}
"""The same for whole names; `handed_over` is a word of the process."""


def repeated_classes(modules: dict[str, ast.Module]) -> dict[str, set[str]]:
    """Public classes that more than one module defines.

    One module may share a name with the sandbox's state.
    """
    found = defaultdict(set)
    for path, tree in modules.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].add(path)
    return {
        name: paths
        for name, paths in found.items()
        if len([each for each in paths if not VENDORS_WORDS.fullmatch(each)]) > 1
    }


def names_of(path: str, tree: ast.Module) -> Iterator[str]:
    """The name of a module, and those of its functions and methods."""
    yield Path(path).stem
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name


def variables(tree: ast.Module) -> Iterator[str]:
    """Names of variables, parameters and fields."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg


def is_forbidden(name: str) -> bool:
    plain = name.strip("_").lower()
    return plain in FORBIDDEN_NAMES or not FORBIDDEN.keys().isdisjoint(plain.split("_"))


def forbidden_names(modules: dict[str, ast.Module]) -> dict[str, set[str]]:
    found = {
        path: {name for name in names_of(path, tree) if is_forbidden(name)}
        for path, tree in modules.items()
    }
    return {path: names for path, names in found.items() if names}


def test_a_class_name_has_one_meaning():
    assert repeated_classes(MODULES) == {}, "choose a name that says what the value is"


def test_names_say_what_things_are():
    assert forbidden_names(MODULES) == {}, f"better: {FORBIDDEN | FORBIDDEN_NAMES}"


def test_no_variable_is_named_for_who_heard_it():
    words = {"told", "heard", "looking", "hands", "mend"}
    found = {
        (path, name)
        for path, tree in MODULES.items()
        for name in variables(tree)
        if not words.isdisjoint(name.strip("_").lower().split("_"))
    }
    assert found == set()


@pytest.mark.parametrize(
    ("name", "forbidden"),
    [
        ("told", True),
        ("_is_told", True),
        ("over", True),
        ("_over", True),
        ("take_in", True),
        ("handed_over", False),
        ("overridden", False),
        ("recommended", False),
        ("unseen", False),
    ],
)
def test_what_is_forbidden(name: str, forbidden: bool):
    assert is_forbidden(name) is forbidden


def test_what_is_repeated():
    one, other = ast.parse("class Limits: ...\nclass _Value: ..."), ast.parse("class Limits: ...")
    assert repeated_classes({"model/a.py": one, "check/b.py": one}) == {
        "Limits": {"model/a.py", "check/b.py"}
    }
    assert repeated_classes({"model/a.py": one, "sandbox/jira_state.py": other}) == {}
