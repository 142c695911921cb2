"""The pages show every emoji that the tool's messages name as a character."""

import ast
import re
from collections.abc import Iterator

import pytest
from company import TOP

from reconciler.sandbox.pages.emoji import with_emoji

NAME = re.compile(r"(?<![\w:]):[a-z][a-z_]{2,}:(?![\w:])")


def named() -> Iterator[str]:
    """The names of emoji in the texts of the reconciler."""
    for path in sorted((TOP / "reconciler" / "reconcile").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield from NAME.findall(node.value)


@pytest.mark.parametrize("name", sorted(set(named())))
def test_the_pages_show_an_emoji_as_a_character(name: str):
    assert with_emoji(name) != name
