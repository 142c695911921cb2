"""A golden holds: another text than the file's is a failure, and only an update writes."""

from pathlib import Path

import pytest
from goldens import hold, hold_section, sections


@pytest.fixture(autouse=True)
def comparing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("UPDATE_GOLDENS", raising=False)


def test_a_text_that_differs_fails_and_is_not_written(tmp_path: Path):
    golden = tmp_path / "golden.txt"
    golden.write_text("as it was\n", encoding="utf-8")
    hold(golden, "as it was\n")
    with pytest.raises(AssertionError, match="UPDATE_GOLDENS=1"):
        hold(golden, "as it is\n")
    assert golden.read_text(encoding="utf-8") == "as it was\n"


SECTIONS = "## test_a\n\nfirst\n\n## test_b\n\nsecond\nline\n\n"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("test_a", "second\nline\n"),  # the text of another section
        ("test_b", "second\n"),
        ("test_b", ""),
        ("test_c", "new\n"),
    ],
)
def test_a_section_that_differs_fails_and_is_not_written(tmp_path: Path, title: str, text: str):
    golden = tmp_path / "golden.txt"
    golden.write_text(SECTIONS, encoding="utf-8")
    with pytest.raises(AssertionError, match="UPDATE_GOLDENS=1"):
        hold_section(golden, title, text)
    assert golden.read_text(encoding="utf-8") == SECTIONS


def test_each_test_holds_its_own_section(tmp_path: Path):
    golden = tmp_path / "golden.txt"
    golden.write_text(SECTIONS, encoding="utf-8")
    hold_section(golden, "test_a", "first\n")
    hold_section(golden, "test_b", "second\nline\n")
    hold_section(golden, "test_that_says_nothing", "")


def test_without_a_file_only_silence_holds(tmp_path: Path):
    hold_section(tmp_path / "none.txt", "test_a", "")
    with pytest.raises(AssertionError, match="UPDATE_GOLDENS=1"):
        hold_section(tmp_path / "none.txt", "test_a", "text\n")


def test_an_update_writes_sorted_sections_and_drops_those_that_say_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    golden = tmp_path / "golden.txt"
    golden.write_text(SECTIONS, encoding="utf-8")
    monkeypatch.setenv("UPDATE_GOLDENS", "1")
    hold_section(golden, "test_a", "")
    hold_section(golden, "test_aa", "new\n")
    assert list(sections(golden).items()) == [("test_aa", "new\n"), ("test_b", "second\nline\n")]
