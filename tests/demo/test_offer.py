"""At its end, the demo offers the pages, on a terminal only."""

import io
from pathlib import Path

import pytest

from reconciler.demo.narration import Narrator
from reconciler.demo.run_demo import _offer_pages
from reconciler.sandbox import Box


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("typed", ["\n", ""])
def test_a_reader_at_a_terminal_is_asked_to_look(
    box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    shown = Terminal()
    monkeypatch.setattr("sys.stdin", Terminal(typed))
    monkeypatch.setattr("sys.stdout", shown)
    _offer_pages(Narrator(tmp_path, {}), box)
    assert box.pages_url in shown.getvalue()
    assert "Press Enter to end the demo." in " ".join(shown.getvalue().split())


def test_without_a_terminal_the_demo_ends(
    box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = io.StringIO()
    monkeypatch.setattr("sys.stdin", Terminal("\n"))
    monkeypatch.setattr("sys.stdout", shown)
    _offer_pages(Narrator(tmp_path, {}), box)
    assert shown.getvalue() == ""
