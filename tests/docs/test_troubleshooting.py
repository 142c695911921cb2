"""Each message and each name of a problem in the code has its place in the documentation."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from reconciler.render.messages_page import KnownMessage, messages, messages_page

TOP = Path(__file__).parents[2]
PACKAGE = TOP / "reconciler"
PAGE: Final = (TOP / "docs" / "how-to" / "troubleshooting.md").read_text(encoding="utf-8")
SOURCES: Final = {
    path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted(PACKAGE.rglob("*.py"))
    if not path.is_relative_to(PACKAGE / "sandbox") and not path.is_relative_to(PACKAGE / "demo")
}


def constants(module: ast.Module) -> dict[str, ast.expr]:
    return {
        node.target.id: node.value
        for node in module.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value
    }


MODULES: Final = [ast.parse(text) for text in SOURCES.values()]
CONSTANTS: Final = [pair for module in MODULES for pair in constants(module).items()]


def texts(node: ast.expr, own: dict[str, ast.expr]) -> Iterator[str]:
    """The texts that an expression can have; a name without a module is looked up in all."""
    if isinstance(node, ast.Constant):
        yield str(node.value)
    if isinstance(node, ast.Name):
        found = [own[node.id]] if node.id in own else [v for k, v in CONSTANTS if k == node.id]
        for each in found:
            yield from texts(each, {})


def names_of_diagnostics() -> Iterator[str]:
    """The names with which the code creates diagnostics, where it writes them out."""
    for module in MODULES:
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Diagnostic":
                named = [each.value for each in node.keywords if each.arg == "facet"]
                yield from texts([*node.args[:1], *named][0], constants(module))


def test_each_name_of_a_problem_is_explained() -> None:
    listed = re.findall(r"^\| `([a-z._]+)` \|", PAGE, re.MULTILINE)
    names = {each for each in names_of_diagnostics() if re.fullmatch(r"[a-z._]+", each)}
    assert {"jira.priority", "forge.merge", "slack.announcement"} <= names
    assert names <= set(listed)
    assert listed == sorted(set(listed))
    code = "\n".join(SOURCES.values())
    assert [each for each in listed if f'"{each}"' not in code] == []


CODE: Final = """
_WHO: Final = "Ask an administrator."
_CURES: Final = {401: "Renew it.", "no_user": _WHO}


def fails(error: Exception, name: str) -> None:
    Diagnostic("jira.label", f"{name} has no `label`", remedy=_WHO)
    raise SetupError(f"the roster has no {name}", "Add | remove it.")
    raise SetupError(str(error), "Try again.")
    raise ServiceError("Jira", f"GET {name}", "no answer", remedy="Wait.")
    Other("not a message", "at all")
"""


def test_messages_are_found() -> None:
    assert messages({"cli/x.py": CODE}) == [
        KnownMessage("Commands", "HTTP 401", "Renew it."),
        KnownMessage("Commands", "no answer", "Wait."),
        KnownMessage("Commands", "no_user", "Ask an administrator."),
        KnownMessage("Commands", "the roster has no …", "Add | remove it."),
        KnownMessage("Commands", "… has no `label`", "Ask an administrator."),
    ]


def test_messages_are_shown_as_code() -> None:
    page = messages_page("", {"services/jira/x.py": CODE})
    assert "## Jira\n" in page
    assert "| `the roster has no …` | `Add \\| remove it.` |" in page
    assert "| `` … has no `label` `` |" in page


def test_most_messages_of_the_code_are_found() -> None:
    """The others pass on a message of a service or of another place."""
    found = messages(SOURCES)
    assert len(found) > 80
    assert {each.group for each in found} >= {"Jira", "Slack", "GitHub", "Git", "Runs", "Commands"}


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#]+)[)#]", PAGE))
def test_each_answer_leads_to_a_page(link: str) -> None:
    assert (TOP / "docs" / "how-to" / link).is_file()
