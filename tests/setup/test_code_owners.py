"""CODEOWNERS: who is alone, and what a second owner leaves as it was."""

import pytest

from reconciler.setup.code_owners import lonely_paths, with_owners


@pytest.mark.parametrize(
    ("text", "lonely"),
    [
        ("", []),
        ("# * @a\n", []),
        ("* @a\n", ["*"]),
        ("* @a # @b\n", ["*"]),
        ("* @a @A\n", ["*"]),
        ("* @a @b\n", []),
        ("* @company/team\n", []),
        ("* @a\n/config/ @company/team\n", ["*"]),
        ("/docs/\n", []),
        ("* a@company.example", ["*"]),
    ],
)
def test_who_is_alone(text: str, lonely: list[str]):
    assert [each.pattern for each in lonely_paths(text)] == lonely


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("* @a\r\n/x/ @b @c\r\n", "* @a @t\r\n/x/ @b @c\r\n"),
        ("# Who\n*  @a  # all\n", "# Who\n*  @a @t  # all\n"),
        ("* @a", "* @a @t"),
        ("", "* @t\n"),
        ("# none", "# none\n* @t\n"),
        ("* @t\n", "* @t\n"),
    ],
)
def test_a_second_owner(text: str, after: str):
    assert with_owners(text, ["@t"]) == after
    assert with_owners(after, ["@t"]) == after
