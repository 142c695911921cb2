"""git's trees and blobs: which of our files a revision has, and their bytes."""

import subprocess
import tempfile
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Final, NamedTuple, cast

from reconciler.load.raw import (
    ESCALATIONS,
    POLICY_PATH,
    ROSTER_PATH,
    SUBMODULE,
    SYMLINK,
    cap_of,
)
from reconciler.services.plumbing import PATIENCE, SAFE, GitProblem, environment, must

_OURS: Final = (ESCALATIONS, POLICY_PATH, ROSTER_PATH)
_PIECE: Final = 1024 * 1024


class Blob(NamedTuple):
    """A file of ours in a tree."""

    path: str
    mode: str
    object: str
    size: int

    @property
    def is_read(self) -> bool:
        """Whether its bytes are of interest: neither a link nor too large."""
        return self.mode not in {SYMLINK, SUBMODULE} and 0 <= self.size <= cap_of(self.path)


def tree(repo: Path, sha: str) -> Iterator[Blob]:
    """Our files as committed."""
    out = must(repo, "ls-tree", "-r", "-l", "-z", sha, "--", *_OURS)
    for line in out.split(b"\x00"):
        head, tab, path = line.partition(b"\t")
        if tab:
            mode, _, name, size = head.decode("ascii").split()
            yield Blob(shown(path), mode, name, -1 if size == "-" else int(size))


def contents(repo: Path, objects: Iterable[str], cap: int) -> Iterator[tuple[str, bytes | None]]:
    """The bytes of blobs, one after the other, from one process.

    None for what is larger than the cap: it is skipped without being held in memory.
    """
    asked = list(objects)
    if not asked:
        return
    with tempfile.TemporaryFile() as names:
        names.write("".join(f"{name}\n" for name in asked).encode("ascii"))
        names.seek(0)
        with subprocess.Popen(  # noqa: S603 - no shell, and every argument is ours
            ["git", *SAFE, "cat-file", "--batch", "--buffer"],  # noqa: S607 - whichever git the user has
            cwd=repo,
            env=environment(),
            stdin=names,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=_PIECE,
        ) as process:
            # Whoever reads may take as long as it likes; git may not.
            timer = threading.Timer(PATIENCE, process.kill)
            timer.daemon = True
            timer.start()
            try:
                yield from _read(cast("IO[bytes]", process.stdout), asked, cap)
            finally:
                timer.cancel()
                process.kill()


def _read(out: IO[bytes], asked: list[str], cap: int) -> Iterator[tuple[str, bytes | None]]:
    for name in asked:
        head = out.readline()
        if b" blob " not in head:
            raise GitProblem(f"The repository lacks object {name}. Fetch it: git fetch --refetch")
        size = int(head[head.rindex(b" ") + 1 :])
        if size > cap:
            _skip(out, size + 1)
            yield name, None
            continue
        data = out.read(size + 1)
        if len(data) <= size:
            raise GitProblem("git stopped in the middle of a file. Run: git fsck")
        yield name, data[:-1]


def _skip(out: IO[bytes], size: int) -> None:
    while size > 0 and (piece := out.read(min(size, _PIECE))):
        size -= len(piece)


def shown(path: bytes) -> str:
    """A path as text, whatever its bytes are."""
    return path.decode("utf-8", "backslashreplace")
