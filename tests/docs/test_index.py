"""There is one index of the documentation, and one glossary to which pages link."""

import re
from pathlib import Path

import pytest

from docs.prose import sentences
from docs.test_style import NOT_YET

TOP = Path(__file__).parents[2]
DOCS = TOP / "docs"
INDEX = (DOCS / "README.md").read_text(encoding="utf-8")
GLOSSARY = (DOCS / "glossary.md").read_text(encoding="utf-8")
TERMS = re.findall(r"^## (.+)$", GLOSSARY, re.MULTILINE)
LINK = re.compile(r"\]\(([^)#\s]+)\)")
GUIDES = [
    TOP / "README.md",
    *(DOCS / f"{name}.md" for name in ("install", "process", "tutorial")),
    *sorted((DOCS / "how-to").glob("*.md")),
]
EXPLAINED = {
    "crew": r"crews?",
    "drift": r"drift",
    "episode": r"episodes?",
    "facet": r"facets?",
    "held": r"held",
    "receipt": r"receipts?",
}
"""Terms that a reader cannot know, and how they appear in a sentence."""


def own_pages() -> set[Path]:
    """Every page of the documentation; the decisions have a list of their own."""
    return {
        page
        for page in DOCS.rglob("*.md")
        if page.parent.name != "decisions" and page.name != "README.md"
    }


def test_the_index_lists_each_page() -> None:
    lists = INDEX.partition("\n## ")[2]
    linked = [(DOCS / each).resolve() for each in LINK.findall(lists)]
    others = [TOP / f"{name}.md" for name in ("CHANGELOG", "CONTRIBUTING", "SECURITY")]
    assert sorted(linked) == sorted([*own_pages(), DOCS / "decisions" / "README.md", *others])


def test_the_index_is_the_only_one() -> None:
    readme = (TOP / "README.md").read_text(encoding="utf-8")
    section = readme.partition("## Documentation\n")[2].partition("\n## ")[0]
    assert LINK.findall(section) == ["docs/README.md", "docs/glossary.md"]


def test_both_lists_of_roles_agree() -> None:
    readme = (TOP / "README.md").read_text(encoding="utf-8")
    table = readme.partition("## Your role\n")[2].partition("\n## ")[0]
    listed = INDEX.partition("## By role\n\n")[2].partition("\n\n")[0]
    pages = re.findall(r"\| \[[^]]+\]\(([^)]+)\) \|$", table, re.MULTILINE)
    assert pages == [f"docs/{each}" for each in LINK.findall(listed)]


def test_the_glossary_is_in_order_and_each_term_is_explained() -> None:
    assert sorted(TERMS) == TERMS
    assert {each.capitalize() for each in EXPLAINED} <= set(TERMS)
    for part in re.split(r"^## ", GLOSSARY, flags=re.MULTILINE)[1:]:
        assert len(part.partition("\n")[2].split()) > 5


def name(page: Path) -> str:
    return page.relative_to(TOP).as_posix()


@pytest.mark.parametrize("page", [page for page in GUIDES if name(page) not in NOT_YET], ids=name)
def test_the_first_use_of_a_term_links_to_the_glossary(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    prose = [each for each in sentences(text) if each.text not in headings]
    wanted = []
    for term, pattern in EXPLAINED.items():
        used = re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)
        first = next((each for each in prose if used.search(each.text)), None)
        if first is not None and not (
            f"glossary.md#{term})" in text
            and re.search(rf"⟦{used.pattern}⟧", first.text, re.IGNORECASE)
        ):
            wanted.append(f"{term}: line {first.line}: {first.text}")
    assert not wanted, "\n".join(wanted)
