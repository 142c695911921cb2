"""Messages that the guides quote are messages that the tool prints.

A quotation counts if each part of it, between `...`, is in a golden of what people read or in the
code. A message that changes has to be changed in the guide as well.
"""

import re
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
GUIDES = TOP / "docs" / "how-to"
GOLDENS = [*(TOP / "tests" / "words" / "golden").glob("*.txt"), *(TOP / "tests/screens").glob("*")]
CODE = (
    re.sub(r'"\s*\n\s*f?"', "", path.read_text(encoding="utf-8"))
    for path in (TOP / "reconciler").rglob("*.py")
)
PRINTED = "\n".join([*CODE, *(path.read_text(encoding="utf-8") for path in GOLDENS)])
NAMES = re.compile(r"\.\.\.|\b(?:DS|ds)-\d+[\w-]*|=N$")
"""What stands for any value in a quotation."""
QUOTING = {
    "recover-from-a-partial-run": r"^\| `([^`]+)` \|",
    "take-in-by-hand": r"^- `([^`]+)`",
    "channel-name-taken": r"`(#[^`]+ account's channel)`",
    "jira-cloud": r"`(the account [^`]+)`",
    "changed-by-hand": r"such as `(By [^`]+)`",
    "channel-archived-by-hand": r"^`(By [^`]+)`",
    "reviewer": r"\*(it is [^*]+)\*"
    r"|(?:^\| |, )`([^`]+)`(?= \||, `)",
}
"""How each guide marks a message."""


def quotations() -> list[tuple[str, str]]:
    return [
        (guide, " ".join(found[found.lastindex or 0].split()))
        for guide, pattern in QUOTING.items()
        for found in re.finditer(
            pattern, (GUIDES / f"{guide}.md").read_text(encoding="utf-8"), re.MULTILINE
        )
    ]


def test_each_guide_quotes_a_message() -> None:
    assert {guide for guide, _ in quotations()} == set(QUOTING)


@pytest.mark.parametrize(("guide", "message"), quotations())
def test_a_quoted_message_is_printed(guide: str, message: str) -> None:
    parts = [part.strip(" #:'`") for part in NAMES.split(message)]
    assert [part for part in parts if part and part not in PRINTED] == [], f"{guide}.md"
