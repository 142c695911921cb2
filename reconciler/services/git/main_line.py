"""The first-parent line of a branch, from one `git log`."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Final, NamedTuple, cast

from reconciler.load.raw import ESCALATIONS, POLICY_PATH, Kind, kind_of
from reconciler.model.arrival import Arrival
from reconciler.model.timeline import MainCommit
from reconciler.services.git.blobs import shown
from reconciler.services.git.command import SHALLOW, GitProblem, resolve, running, state

_LOG: Final = (
    *("log", "--first-parent", "-m", "--no-renames", "--raw", "--no-abbrev", "-z", "--no-color"),
    *("--no-ext-diff", "--no-textconv", "--no-show-signature", "--encoding=UTF-8"),
    "--format=%x01%H %ct %an%x00%s",
)
_PULL_REQUEST: Final = re.compile(r"\(#([0-9]{1,9})\)$|^Merge pull request #([0-9]{1,9}) ")
_OURS: Final = (f"{ESCALATIONS}/".encode(), POLICY_PATH.encode())
_PIECE: Final = 64 * 1024
ADDED: Final = "A"
DELETED: Final = "D"


class Touch(NamedTuple):
    """What a commit did to a file: git's letter for it, the file's mode and blob since, and before.

    A blob that is not there has a name of zeros.
    """

    status: str
    path: str
    kind: Kind
    mode: str
    object: str
    before: str


class LogCommit(NamedTuple):
    """A commit as git tells it. Its time is the committer's word."""

    sha: str
    time: int
    author: str
    subject: str
    touches: list[Touch]


def log(repo: Path, ref: str, *options: str) -> Iterator[LogCommit]:
    """Commits of the first-parent line, latest first, with what they did to our files."""
    shallow, head = state(repo)
    if shallow:
        raise GitProblem(SHALLOW)
    if ref == "HEAD" and head is None:
        return
    sha = head if ref == "HEAD" and head else resolve(repo, ref)
    # No paths are given: git would then compare everything twice, to simplify the history.
    yield from raw_log(repo, "--relative", *options, sha, "--", ours=_OURS)


def raw_log(repo: Path, *arguments: str, ours: tuple[bytes, ...] = (b"",)) -> Iterator[LogCommit]:
    """Commits of a first-parent line, with what they did to files whose paths begin like `ours`."""
    with running(repo, *_LOG, *arguments) as process:
        yield from _commits(_words(cast("IO[bytes]", process.stdout)), ours)


def _words(out: IO[bytes]) -> Iterator[bytes]:
    """What is between the NULs, as it comes."""
    rest = b""
    while piece := out.read(_PIECE):
        *words, rest = (rest + piece).split(b"\x00")
        yield from words
    yield rest


def _commits(words: Iterator[bytes], ours: tuple[bytes, ...]) -> Iterator[LogCommit]:
    commit: LogCommit | None = None
    for word in words:
        # Names and subjects may hold any byte but NUL: they are told by where they stand.
        if word.startswith(b"\x01"):
            if commit is not None:
                yield commit
            sha, time, author = word[1:].decode("utf-8", "replace").split(" ", 2)
            subject = next(words).decode("utf-8", "replace")
            commit = LogCommit(sha, int(time), author, subject, [])
        elif word and commit is not None:
            file = next(words)
            if file.startswith(ours):
                _, mode, before, name, status = word.decode("ascii").split()
                path = shown(file)
                touch = Touch(status[0], path, kind_of(path), mode, name, before)
                commit.touches.append(touch)
    if commit is not None:
        yield commit


def main_commits(commits: list[LogCommit], times: list[datetime]) -> list[MainCommit]:
    """Commits of the line, oldest first as given, with their effective times."""
    return [
        MainCommit(
            commit.sha, at, commit.author, commit.subject, pull_request(commit.subject), position
        )
        for position, (commit, at) in enumerate(zip(commits, times, strict=True))
    ]


def first_seen(commits: list[LogCommit], on_main: list[MainCommit]) -> dict[str, Arrival]:
    """When each escalation file first appeared."""
    found: dict[str, Arrival] = {}
    for commit, main in zip(commits, on_main, strict=True):
        for touch in commit.touches:
            if touch.status == ADDED and touch.kind is Kind.ESCALATION:
                found.setdefault(touch.path, Arrival(main.sha, main.at, main.pull_request))
    return found


def pull_request(subject: str) -> int | None:
    """The pull request that GitHub's own subjects name: of a squash, or of a merge."""
    found = _PULL_REQUEST.search(subject) if "#" in subject else None
    return int(found[1] or found[2]) if found else None
