"""CODEOWNERS: which lines name one person alone, and more owners for them.

Source: https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/
customizing-your-repository/about-code-owners
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

OWNER: Final = re.compile(r"@[A-Za-z0-9](?:[-_]?[A-Za-z0-9])*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)?")
"""A login, or an organisation and a team. Logins of managed users have an underscore."""
_COMMENT: Final = re.compile(r"(?:^|\s)#.*")


class OwnedPaths(NamedTuple):
    """One line of the file."""

    line: int
    pattern: str
    owners: tuple[str, ...]

    @property
    def lonely(self) -> bool:
        """Whether one person alone can approve: their own change can be approved by nobody."""
        names = {each.casefold() for each in self.owners}
        return len(names) == 1 and not any("/" in each for each in names)


def owned_paths(text: str) -> Iterator[OwnedPaths]:
    """The lines with a pattern."""
    for number, line in enumerate(text.splitlines(), start=1):
        words = _COMMENT.sub("", line).split()
        if words:
            yield OwnedPaths(number, words[0], tuple(words[1:]))


def lonely_paths(text: str | None) -> tuple[OwnedPaths, ...]:
    """The lines that name one person alone."""
    return tuple(each for each in owned_paths(text or "") if each.lonely)


def owned(text: str | None) -> bool:
    """Whether any line names an owner."""
    return any(each.owners for each in owned_paths(text or ""))


def with_owners(text: str, owners: Sequence[str]) -> str:
    """The file with more owners in each line that names one person alone; the rest stays.

    A file that names nobody gets a line for everything.
    """
    if not owned(text):
        gap = "" if not text or text.endswith("\n") else "\n"
        return f"{text}{gap}* {' '.join(owners)}\n" if owners else text
    lines = text.splitlines(keepends=True)
    for each in lonely_paths(text):
        there = {name.casefold() for name in each.owners}
        more = [name for name in owners if name.casefold() not in there]
        lines[each.line - 1] = _extended(lines[each.line - 1], more)
    return "".join(lines)


def _extended(line: str, more: Iterable[str]) -> str:
    """A line with more words before its comment and its end."""
    comment = _COMMENT.search(line.rstrip("\r\n"))
    stop = comment.start() if comment else len(line)
    head = line[:stop].rstrip()
    return " ".join([head, *more]) + line[len(head) :]
