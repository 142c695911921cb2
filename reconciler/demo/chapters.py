"""The chapters of the story, and which of them are shown."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple


class Chapter(NamedTuple):
    """One chapter. All are played in order, because each builds on what happened before."""

    title: str
    short: bool = True
    """True if it belongs to the short story, which is shown unless chapters are chosen."""
    apart: bool = False
    """True if no later chapter builds on it, so it is played only if it is shown."""


CHAPTERS: Final = (
    Chapter("The pull request escalates"),
    Chapter("A review acknowledges"),
    Chapter("The run merges"),
    Chapter("An update"),
    Chapter("A handover"),
    Chapter("A reminder", short=False),
    Chapter("A second run", short=False, apart=True),
    Chapter("A manual change"),
    Chapter("An assignment", short=False),
    Chapter("The root cause"),
    Chapter("Two at the same time"),
    Chapter("One too many", short=False, apart=True),
    Chapter("The next morning", short=False),
    Chapter("The auditor"),
    Chapter("Two quiet weeks later", short=False, apart=True),
    Chapter("The status"),
)
SHORT: Final = frozenset(number for number, each in enumerate(CHAPTERS, 1) if each.short)
ALL: Final = frozenset(range(1, len(CHAPTERS) + 1))


class LastChapterShownError(Exception):
    """Nothing that comes later is shown, so the story ends here."""


class ShownChapters:
    """How far the story is, and what of it is shown."""

    def __init__(self, chosen: Iterable[int] = SHORT) -> None:
        """Show the chapters with these numbers, from 1."""
        self._chosen = frozenset(chosen)
        self.number = 0
        self.shown = True
        """Also before the first chapter."""

    def skips(self, title: str) -> bool:
        """Whether the next chapter, which has this title, need not be played."""
        chapter = CHAPTERS[self.number]
        if chapter.title != title:
            raise AssertionError(f"the next chapter is {chapter.title}, not {title}")
        number = self.number + 1
        if number > max(self._chosen):
            raise LastChapterShownError
        if not chapter.apart or number in self._chosen:
            return False
        self.number = number
        return True

    def begin(self, title: str) -> None:
        """Begin the next chapter, which has this title."""
        if self.skips(title):
            raise AssertionError(f"{title} is not shown and nothing builds on it")
        self.number += 1
        self.shown = self.number in self._chosen


def table_of_contents() -> Iterator[str]:
    """One line for each chapter; those of the short story have a star."""
    for number, each in enumerate(CHAPTERS, 1):
        yield f"{number:>3} {'*' if each.short else ' '} {each.title}"
