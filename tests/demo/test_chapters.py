"""Which chapters of the demo are played, and which are shown."""

import pytest
from click.testing import CliRunner

from reconciler.cli.demo import demo
from reconciler.demo.chapters import (
    ALL,
    CHAPTERS,
    SHORT,
    LastChapterShownError,
    ShownChapters,
    table_of_contents,
)


def read(chosen: frozenset[int]) -> tuple[list[int], list[int]]:
    """The chapters that are played and those that are shown."""
    reading, played, shown = ShownChapters(chosen), [], []
    try:
        for chapter in CHAPTERS:
            if not reading.skips(chapter.title):
                reading.begin(chapter.title)
                played.append(reading.number)
                shown += [reading.number] if reading.shown else []
    except LastChapterShownError:
        pass
    return played, shown


@pytest.mark.parametrize(
    ("chosen", "played", "shown"),
    [
        (ALL, sorted(ALL), sorted(ALL)),
        (SHORT, [n for n, each in enumerate(CHAPTERS, 1) if not each.apart], sorted(SHORT)),
        (frozenset({4}), [1, 2, 3, 4], [4]),
        (frozenset({7}), [1, 2, 3, 4, 5, 6, 7], [7]),
        (frozenset({8, 12}), [1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12], [8, 12]),
    ],
)
def test_what_is_played_and_what_is_shown(
    chosen: frozenset[int], played: list[int], shown: list[int]
) -> None:
    assert read(chosen) == (played, shown)


def test_a_chapter_comes_in_its_turn() -> None:
    with pytest.raises(AssertionError, match="the next chapter is"):
        ShownChapters().begin("The status")


def test_the_list_names_each_chapter() -> None:
    shown = CliRunner().invoke(demo, ["--list"], standalone_mode=False)
    assert list(table_of_contents()) == shown.output.splitlines()[:-1]
    assert "  4 * An update" in shown.output
    assert "  6   A reminder" in shown.output


@pytest.mark.parametrize("number", ["0", str(len(CHAPTERS) + 1), "x"])
def test_another_chapter_is_refused(number: str) -> None:
    assert CliRunner().invoke(demo, ["--chapter", number]).exit_code == 2
