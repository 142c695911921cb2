"""Texts that are compared with a file. UPDATE_GOLDENS=1 writes the files instead."""

import os
from pathlib import Path

_TITLE = "## "


def updating() -> bool:
    """Whether goldens are written instead of compared."""
    return bool(os.environ.get("UPDATE_GOLDENS"))


def hold(path: Path, text: str) -> None:
    """Compare a text with a file."""
    if updating():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), "UPDATE_GOLDENS=1 writes it anew"


def hold_section(path: Path, title: str, text: str) -> None:
    """Compare a text with one section of a file, of which each test holds its own.

    Sections are sorted, so that the order of the tests does not matter. Update without `-n`.
    """
    known = sections(path)
    if updating():
        path.parent.mkdir(exist_ok=True)
        known[title] = text
        kept = sorted((name, each) for name, each in known.items() if each)
        path.write_text("".join(f"{_TITLE}{name}\n\n{each}\n" for name, each in kept), "utf-8")
    assert text == known.get(title, ""), "UPDATE_GOLDENS=1 writes it anew"


def sections(path: Path) -> dict[str, str]:
    """The sections of a golden, by title."""
    if not path.exists():
        return {}
    parts = f"\n{path.read_text(encoding='utf-8')}".split(f"\n{_TITLE}")[1:]
    pairs = (part.split("\n\n", 1) for part in parts)
    return {title: text.rstrip("\n") + "\n" for title, text in pairs}
