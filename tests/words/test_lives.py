"""Every word of a life, in Slack and on the ticket, as values make it."""

import os
from pathlib import Path

import pytest

from words.lives import LIVES
from words.said import said

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("name", LIVES)
def test_its_words_are_as_they_were(name: str):
    text = "".join(said(title, scene) for title, scene in LIVES[name]()).rstrip() + "\n"
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDENS"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), "UPDATE_GOLDENS=1 writes it anew"
