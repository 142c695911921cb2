"""`escalate explain`, and the page that it writes."""

import re
from pathlib import Path

import pytest
from checking import escalate

from reconciler.check.registry import RULES
from reconciler.load.raw import RawFile

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [*(ROOT / "reconciler/load").glob("*.py")]


def test_the_page_of_rules_is_fresh() -> None:
    page = (ROOT / "docs/reference/rules.md").read_text(encoding="utf-8")
    remedy = "Run: escalate explain --format markdown > docs/reference/rules.md"
    assert page == escalate("explain", "--format", "markdown").out, remedy


def test_the_page_has_an_anchor_for_each_rule() -> None:
    page = (ROOT / "docs/reference/rules.md").read_text(encoding="utf-8")
    assert re.findall(r"^### (.*)$", page, re.MULTILINE) == list(RULES)
    for anchor in re.findall(r"\(#([^)]*)\)", page):
        assert anchor in RULES


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_is_explained(rule: str) -> None:
    ran = escalate("explain", rule)
    assert ran.status == 0
    assert RULES[rule].title in ran.out
    assert f"docs/reference/rules.md#{rule}" in ran.out
    assert not re.search("[\x00-\x09\x0b-\x1f\u200b]", ran.out)
    assert max(map(len, ran.out.splitlines())) <= 100


@pytest.mark.usefixtures("screens")
def test_all_rules_are_listed() -> None:
    ran = escalate("explain")
    assert ran.status == 0
    assert all(f"  {rule} " in ran.out for rule in RULES)


@pytest.mark.usefixtures("screens")
def test_an_unknown_rule_is_wrong_usage_with_a_guess() -> None:
    ran = escalate("explain", "role-contct")
    assert ran.status == 2
    assert "Did you mean role-contact?" in ran.err


def test_each_rule_that_the_loader_names_is_in_the_registry() -> None:
    named = set()
    for source in SOURCES:
        named |= set(
            re.findall(
                r'"((?:file|yaml|text|bad|too|unknown|wrong|empty|missing|number)-[a-z-]+)"',
                source.read_text(encoding="utf-8"),
            )
        )
    assert len(named) > 25
    assert named <= set(RULES)


def test_ids_are_kebab_case_and_explanations_are_sentences() -> None:
    for rule in RULES.values():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.id)
        assert rule.explanation.endswith((".", "?"))
        assert not rule.title.endswith(".")


def test_a_raw_file_knows_its_size() -> None:
    assert RawFile("a", b"abc").bytes == 3
    assert RawFile("a", b"", size=9).bytes == 9
