"""The commits of a first-parent line and what they changed: the one reader of `git log --raw`."""

from collections.abc import Iterator
from pathlib import Path
from sys import intern
from typing import IO, Final, NamedTuple, cast

from reconciler.load.raw import ESCALATIONS, POLICY_PATH, ROSTER_PATH, FileKind, kind_of
from reconciler.services.git.command import GitProblem, running
from reconciler.services.git.commits import SHALLOW, resolve, state
from reconciler.services.git.trees_and_blobs import shown

_LOG: Final = (
    *("log", "--first-parent", "-m", "--no-renames", "--raw", "--no-abbrev", "-z", "--no-color"),
    *("--no-ext-diff", "--no-textconv", "--no-show-signature", "--encoding=UTF-8"),
    "--format=%x01%H %ct %an%x00%s",
)
_OURS: Final = tuple(each.encode() for each in (f"{ESCALATIONS}/", POLICY_PATH, ROSTER_PATH))
_PIECE: Final = 64 * 1024
ADDED: Final = "A"
DELETED: Final = "D"


class Touch(NamedTuple):
    """What a commit did to a file: git's letter for it, the file's mode and blob since, and before.

    A blob that is not there has a name of zeros.
    """

    status: str
    path: str
    kind: FileKind
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
            commit = LogCommit(sha, int(time), intern(author), subject, [])
        elif word and commit is not None:
            file = next(words)
            if file.startswith(ours):
                _, mode, before, name, status = word.decode("ascii").split()
                path = intern(shown(file))
                touch = Touch(status[0], path, kind_of(path), mode, name, before)
                commit.touches.append(touch)
    if commit is not None:
        yield commit
