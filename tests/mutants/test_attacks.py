"""`attacks.toml` fits the code and the tests; `make attacks` runs it."""

import ast

import pytest
from mutants.taken_out import TOP, Check, read_checks

CHECKS = tuple(read_checks())
ATTACKS = "tests/forge/test_in_other_names.py"
ALLOWED = {
    "test_a_configuration_that_is_agreed_however_it_is_merged",
    "test_a_late_word_heals",
    "test_who_aims_their_own_pull_request_at_the_main_branch_agrees_to_it",
}
"""Tests beside the attacks that show what people may do."""


@pytest.mark.parametrize("check", CHECKS, ids=lambda each: each.what)
def test_each_check_is_there_to_be_taken_out(check: Check) -> None:
    for path, code in check.without().items():
        assert code != (TOP / path).read_text("utf-8")
        compile(code, path, "exec")


def test_each_test_is_there() -> None:
    named = {each.partition("[")[0] for check in CHECKS for each in check.fails}
    known = {f"{path}::{name}" for path in {each.partition("::")[0] for each in named}
             for name in _tests(path)}  # fmt: skip
    assert named <= known


def test_each_attack_names_its_check() -> None:
    named = " ".join(each for check in CHECKS for each in check.fails)
    attacks = set(_tests(ATTACKS)) - ALLOWED
    changes = {f"owner[{each}]" for each in _keys("CHANGES")}
    assert {each for each in attacks | changes if each not in named} == set()


def _tests(path: str) -> list[str]:
    tree = ast.parse((TOP / path).read_text("utf-8"))
    functions = (each for each in tree.body if isinstance(each, ast.FunctionDef))
    return [each.name for each in functions if each.name.startswith("test_")]


def _keys(name: str) -> list[str]:
    """The keys of a mapping that the file of the attacks writes out."""
    for each in ast.parse((TOP / ATTACKS).read_text("utf-8")).body:
        if isinstance(each, ast.AnnAssign) and ast.unparse(each.target) == name:
            assert isinstance(each.value, ast.Dict)
            return [ast.literal_eval(key) for key in each.value.keys if key is not None]
    raise LookupError(name)
