"""Commits as they are written: their parents and messages, from the process that is open."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from reconciler.services.git.command import PATIENCE, must
from reconciler.services.git.objects import UnansweredError, objects

_BYTES: Final = 1024 * 1024
_FULL_NAME: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_NEAR: Final = 32
"""How many commits are read to find out how two are related, before git is asked."""


class WrittenCommit(NamedTuple):
    """A commit as it is written. All of it can be forged."""

    parents: tuple[str, ...]
    message: str
    author: str
    """Name, address in angle brackets, and time of the author."""
    time: int = 0
    """When it was committed, in seconds; 0 if that can't be read."""

    @property
    def address(self) -> str:
        """The address of the author."""
        return self.author.rpartition("<")[2].partition(">")[0]


def written_commit(repo: Path, commit: str) -> WrittenCommit | None:
    """A commit, given by its full name; None if this clone lacks it, or if it is too large."""
    try:
        (found,) = _read_commits(repo, [commit])
    except UnansweredError:
        return None
    return found


def commit_message(repo: Path, commit: str) -> str:
    """The message of a commit."""
    try:
        (found,) = _read_commits(repo, [commit])
    except UnansweredError:
        message = must(repo, "log", "-1", "--format=%B", commit, "--")
        return message.decode("utf-8", "replace")
    return found.message


def includes_nearby(repo: Path, tip: str, commit: str) -> bool:
    """Whether a commit is among the latest ancestors of a tip, or among all if they are few.

    Raises UnansweredError if the history has to be asked.
    """
    if not _FULL_NAME.fullmatch(commit):
        raise UnansweredError
    read: set[str] = set()
    level = {tip}
    while level:
        if len(read) + len(level) > _NEAR:
            raise UnansweredError
        read |= level
        parents = {each for found in _read_commits(repo, sorted(level)) for each in found.parents}
        if commit in parents:
            return True
        level = parents - read
    return False


def nearby_base(repo: Path, one: str, other: str) -> str:
    """The one commit at which two branches departed, if it is near and no merge lies between.

    Both are given by their full names. Raises UnansweredError if git has to be asked.
    """
    if not (_FULL_NAME.fullmatch(one) and _FULL_NAME.fullmatch(other)):
        raise UnansweredError
    lines = [[one], [other]]
    while sum(map(len, lines)) < _NEAR:
        if common := set(lines[0]).intersection(lines[1]):
            return common.pop()
        read = _read_commits(repo, [each[-1] for each in lines])
        # A line ends at a merge, because several lines lead there.
        parents = [each.parents if len(each.parents) == 1 else () for each in read]
        if not any(parents):
            break
        lines = [[*line, *before] for line, before in zip(lines, parents, strict=True)]
    raise UnansweredError


def _read_commits(repo: Path, commits: Iterable[str]) -> list[WrittenCommit]:
    """Commits as they are written. Raises UnansweredError if one is not here, or is too large."""
    found = list(objects(repo, (f"{each}^{{commit}}" for each in commits), _BYTES, PATIENCE))
    return [_parse_commit(each.data if each else None) for each in found]


def _parse_commit(data: bytes | None) -> WrittenCommit:
    if data is None:
        raise UnansweredError
    head, _, message = data.partition(b"\n\n")
    lines = [line.partition(b" ") for line in head.split(b"\n")]
    parents = tuple(rest.decode("ascii") for name, _, rest in lines if name == b"parent")
    authors = [rest.decode("utf-8", "replace") for name, _, rest in lines if name == b"author"]
    times = [rest.split(b" ")[-2:][0] for name, _, rest in lines if name == b"committer"]
    time = int(times[0]) if times and times[0].isdigit() else 0
    return WrittenCommit(parents, message.decode("utf-8", "replace"), "".join(authors[:1]), time)
