"""Trees and blobs: the one reader of `git ls-tree`, and of bytes from `git cat-file --batch`."""

import subprocess
import threading
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sized
from pathlib import Path
from typing import IO, Final, NamedTuple, cast

from reconciler.load.raw import (
    ATTRIBUTE_PATHS,
    ESCALATIONS,
    POLICY_PATH,
    ROSTER_PATH,
    SUBMODULE,
    SYMLINK,
    cap_of,
)
from reconciler.services.git.command import GitProblem, must, running

_OURS: Final = (ESCALATIONS, POLICY_PATH, ROSTER_PATH, *ATTRIBUTE_PATHS)
ABSENT: Final = -2
"""The size of a blob that this clone lacks."""
_PIECE: Final = 1024 * 1024
_AT_ONCE: Final = 100
_STOPPED: Final = "git stopped in the middle of the files. Run: git fsck"


class Blob(NamedTuple):
    """A file of ours in a tree."""

    path: str
    mode: str
    object: str
    size: int
    """Size in bytes; `ABSENT` if this clone lacks the blob."""

    @property
    def is_read(self) -> bool:
        """Whether its bytes are of interest: neither a link nor too large."""
        return self.mode not in {SYMLINK, SUBMODULE} and (
            self.is_absent or 0 <= self.size <= cap_of(self.path)
        )

    @property
    def is_absent(self) -> bool:
        """Whether this clone lacks its bytes."""
        return self.size == ABSENT


def tree(repo: Path, sha: str) -> Iterator[Blob]:
    """Our files as committed."""
    return listing(repo, sha, "--", *_OURS)


def listing(repo: Path, *arguments: str) -> Iterator[Blob]:
    """The files of a tree, those in its folders among them."""
    out = must(repo, "ls-tree", "-r", "-l", "-z", *arguments)
    for line in out.split(b"\x00"):
        head, tab, path = line.partition(b"\t")
        if tab:
            mode, _, name, size = head.decode("ascii").split()
            yield Blob(shown(path), mode, name, -1 if size == "-" else _size(size))


def _size(text: str) -> int:
    return ABSENT if text == "BAD" else int(text)


def sizes(repo: Path, objects: Collection[str]) -> dict[str, int]:
    """The sizes of blobs in bytes, without those that this clone lacks."""
    if not objects:
        return {}
    asked = "".join(f"{name}\n" for name in objects).encode("ascii")
    answers = must(repo, "cat-file", "--batch-check=%(objectname) %(objectsize)", asked=asked)
    lines = (line.split() for line in answers.decode("ascii").splitlines())
    return {name: int(size) for name, size in lines if size != "missing"}


def contents(repo: Path, objects: Iterable[str], cap: int) -> Iterator[tuple[str, bytes | None]]:
    """The bytes of blobs, one after the other, from one process.

    None for what is larger than the cap: it is skipped without being held in memory. The names are
    asked for in a thread of their own, so that whatever brings them goes on meanwhile.
    """
    if isinstance(objects, Sized) and not objects:
        return
    with running(repo, "cat-file", "--batch", "--buffer", stdin=subprocess.PIPE) as process:
        asking = _Asking(cast("IO[bytes]", process.stdin), objects)
        asking.start()
        try:
            yield from _read(cast("IO[bytes]", process.stdout), asking.asked, cap)
        finally:
            process.stdout and process.stdout.close()
            asking.join()
        if asking.problem is not None:
            raise asking.problem
    if asking.asked:
        raise GitProblem(_STOPPED)


class _Asking(threading.Thread):
    """Writes the names of blobs as they come up."""

    def __init__(self, names: IO[bytes], objects: Iterable[str]) -> None:
        super().__init__(daemon=True)
        self.asked: deque[str] = deque()
        self.problem: BaseException | None = None
        self._names = names
        self._objects = objects

    def run(self) -> None:
        try:
            with self._names as names:
                for count, name in enumerate(self._objects):
                    self.asked.append(name)
                    names.write(f"{name}\n".encode("ascii"))
                    if count % _AT_ONCE == 0:
                        names.flush()
        except BrokenPipeError:
            """Whoever reads the answers says why there are no more."""
        except BaseException as problem:  # noqa: BLE001 - raised again where it is waited for
            self.problem = problem


def _read(out: IO[bytes], asked: deque[str], cap: int) -> Iterator[tuple[str, bytes | None]]:
    while head := out.readline():
        name = asked.popleft()
        if b" blob " not in head:
            raise GitProblem(f"The repository lacks object {name}. Fetch it: git fetch --refetch")
        size = int(head[head.rindex(b" ") + 1 :])
        if size > cap:
            _skip(out, size + 1)
            yield name, None
            continue
        data = out.read(size + 1)
        if len(data) <= size:
            raise GitProblem(_STOPPED)
        yield name, data[:-1]


def _skip(out: IO[bytes], size: int) -> None:
    while size > 0 and (piece := out.read(min(size, _PIECE))):
        size -= len(piece)


def shown(path: bytes) -> str:
    """A path as text, whatever its bytes are."""
    return path.decode("utf-8", "backslashreplace")
