"""The page on real services lists all of them, and the tests that it names exist."""

import ast
import re

import pytest
from company import TOP

PAGE = (TOP / "docs" / "real-services.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)
NAMED = sorted(set(re.findall(r"`(tests/[\w/.]+)::(\w+)`", PAGE)))


def test_every_number_has_one_row():
    numbers = [str(number) for number in range(1, 18)]
    assert numbers == ROWS


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_a_named_test_exists(path: str, name: str):
    tree = ast.parse((TOP / path).read_text(encoding="utf-8"))
    defined = {each.name for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)}
    assert name in defined
    assert name.startswith("test_")
