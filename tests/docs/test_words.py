"""What the documentation points at exists: links, anchors, commands, options, rules."""

import re
from pathlib import Path

import click
import pytest

from reconciler.check.registry import RULES
from reconciler.cli.main import cli

TOP = Path(__file__).parents[2]
PAGES = sorted([*TOP.glob("*.md"), *(TOP / "docs").rglob("*.md")])
DECISIONS = sorted((TOP / "docs" / "decisions").glob("0*.md"))
PARTS = ["## Decision", "## Why", "## Rejected", "## Cost"]
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
    for link, anchor in LINK.findall(text):
        # GitHub resolves this to the page of a new issue.
        path = link.replace("../../issues/new?template=", ".github/ISSUE_TEMPLATE/")
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
        if isinstance(found, click.Group):
            found = found.get_command(context, rest.split()[0]) or found
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


STATUS = r"Status: (?:accepted|superseded by \[(\d+)\]\((0\d{3}-[\w-]+\.md)\)), (\d{4}-\d\d-\d\d)"


@pytest.mark.parametrize("page", DECISIONS, ids=name)
def test_a_decision_has_a_status_and_its_parts(page: Path) -> None:
    title, _, status, *_ = text = page.read_text(encoding="utf-8").split("\n")
    number = int(page.name[:4])
    assert title.startswith(f"# {number}. ")
    found = re.match(STATUS, status)
    assert found is not None, "the third line is `Status: accepted, YYYY-MM-DD`"
    assert [line for line in text if line in PARTS] == PARTS
    state = f"superseded by {found[1]}" if found[1] else "accepted"
    row = f"| [{number}]({page.name}) | {title.partition('. ')[2]} | {state}, {found[3]} |"
    assert row in (page.parent / "README.md").read_text(encoding="utf-8").split("\n")
