"""What the documentation points at exists: links, anchors, commands, options, rules."""

import re
from pathlib import Path

import click
import pytest

from reconciler.check.registry import RULES
from reconciler.cli.main import cli

TOP = Path(__file__).parents[2]
PAGES = sorted([*TOP.glob("*.md"), *(TOP / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?://|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)")


def name(page: Path) -> str:
    return page.relative_to(TOP).as_posix()


def anchors(page: Path) -> set[str]:
    """Anchors of the headings, as GitHub makes them."""
    text = re.sub(
        r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE
    )
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.strip().replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(
        r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE
    )
    for path, anchor in LINK.findall(text):
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{path} does not exist"
        if anchor:
            assert anchor in anchors(target), f"{path or name(page)} has no heading for #{anchor}"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_commands_and_options_exist(page: Path) -> None:
    """Every `escalate COMMAND --option` in code."""
    context = click.Context(cli)
    text = page.read_text(encoding="utf-8")
    for command, rest in re.findall(
        r"(?:`|\$ |^\s*(?:- run: )?)escalate ([a-z]+)\b([^`\n]*)", text
    ):
        found = cli.get_command(context, command)
        assert found is not None, f"there is no `escalate {command}`"
        known = {flag for each in found.params for flag in [*each.opts, *each.secondary_opts]}
        options = set(re.findall(r"(?<!\S)(--[a-z-]+)", rest)) - {"--help"}
        assert options <= known, f"`escalate {command}` has no {options - known}"
    for rule in re.findall(r"escalate explain ([a-z]+-[a-z-]+)", text):
        assert rule in RULES


def test_messages_name_commands_that_exist() -> None:
    """A cure that names a command which is not there cures nothing."""
    context = click.Context(cli)
    code = (path.read_text(encoding="utf-8") for path in (TOP / "reconciler").rglob("*.py"))
    named = {each for text in code for each in re.findall(r"(?:: |`)escalate ([a-z]+)\b", text)}
    assert "check" in named
    assert [each for each in sorted(named) if cli.get_command(context, each) is None] == []


def test_the_decisions_are_listed() -> None:
    folder = TOP / "docs" / "decisions"
    pages = sorted(each.name for each in folder.glob("0*.md"))
    listed = re.findall(r"\]\((0\d{3}-[\w-]+\.md)\)", (folder / "README.md").read_text())
    assert listed == pages
    for each in pages:
        text = (folder / each).read_text(encoding="utf-8")
        assert all(part in text for part in ("**Decided.**", "**Why.**", "**What lost.**"))
