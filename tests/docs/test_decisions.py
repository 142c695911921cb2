"""Each decision has a date and a status, the sections of the template, and a row in the list."""

import re
from pathlib import Path
from typing import Final

import pytest

FOLDER = Path(__file__).parents[2] / "docs" / "decisions"
LIST: Final = (FOLDER / "README.md").read_text(encoding="utf-8")
ROWS: Final = re.findall(r"^\| \[(\d+)\]\(([^)]+)\) \| (.+) \| (.+) \|$", LIST, re.MULTILINE)
PAGES: Final = sorted(FOLDER.glob("[0-9]*.md"))
SECTIONS: Final = ("Decision", "Why", "Rejected", "Cost")
DATE: Final = r"2026-\d\d-\d\d"
STATUS: Final = re.compile(
    rf"^Status: (?:superseded by \[(?P<by>\d+)\]\([\w.-]+\), {DATE}; )?accepted, {DATE}[.;\n]"
    rf"|^Status: accepted, {DATE}; amended {DATE}",
    re.MULTILINE,
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_decision_has_a_status_and_its_sections(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert STATUS.search(text), "Write: Status: accepted, 2026-11-28"
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert [each for each in headings if each in SECTIONS] == list(SECTIONS)
    assert "lost" not in " ".join(headings).casefold()


def test_the_list_has_each_decision_with_its_title_and_status() -> None:
    assert [name for _, name, _, _ in ROWS] == [page.name for page in PAGES]
    for number, name, title, status in ROWS:
        text = (FOLDER / name).read_text(encoding="utf-8")
        assert text.startswith(f"# {number}. {title}\n"), name
        stated = STATUS.search(text)
        assert stated is not None
        assert status.startswith(f"superseded by {stated['by']}" if stated["by"] else "accepted")
        assert re.search(DATE, status)


def test_the_template_has_all_sections() -> None:
    template = LIST.partition("```markdown\n")[2].partition("```")[0]
    assert re.findall(r"^## (.+)$", template, re.MULTILINE) == list(SECTIONS)
    assert STATUS.search(template)
