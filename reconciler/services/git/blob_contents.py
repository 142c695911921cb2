"""The bytes and sizes of blobs: few from the process that is open, many in their own stream."""

import subprocess
import threading
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from typing import IO, Final, cast

from reconciler.services.git.command import PATIENCE, GitProblem, must, running
from reconciler.services.git.objects import BATCH, UnansweredError, objects, parse_head

_PIECE: Final = 1024 * 1024
_AT_ONCE: Final = 100
_FEW: Final = 200
"""How many blobs are asked for without a process of their own."""
_STOPPED: Final = "git stopped in the middle of the files. Run: git fsck"


def sizes(repo: Path, names: Collection[str]) -> dict[str, int]:
    """The sizes of blobs in bytes, without those that this clone lacks."""
    if len(names) <= _FEW:
        with suppress(UnansweredError):
            found = objects(repo, names, 0, PATIENCE)
            return {each.name: each.size for each in found if each is not None}
    asked = "".join(f"{name}\n" for name in names).encode("ascii")
    answers = must(repo, "cat-file", "--batch-check=%(objectname) %(objectsize)", asked=asked)
    lines = (line.split() for line in answers.decode("ascii").splitlines())
    return {name: int(size) for name, size in lines if size != "missing"}


def contents(repo: Path, names: Iterable[str], cap: int) -> Iterator[tuple[str, bytes | None]]:
    """The bytes of blobs, one after the other.

    None for what is larger than the cap: it is skipped without being held in memory.
    """
    rest = iter(names)
    some = list(islice(rest, _FEW + 1))
    answered = 0
    if len(some) <= _FEW:
        try:
            for name, found in zip(some, objects(repo, some, cap, PATIENCE), strict=True):
                if found is None or found.kind != "blob":
                    raise lacks(name)
                yield name, found.data
                answered += 1
        except UnansweredError:
            del some[:answered]
        else:
            return
    yield from _stream(repo, chain(some, rest), cap)


def lacks(name: str) -> GitProblem:
    """The problem that this clone lacks an object."""
    return GitProblem(f"The repository lacks object {name}. Fetch it: git fetch --refetch")


def _stream(repo: Path, names: Iterable[str], cap: int) -> Iterator[tuple[str, bytes | None]]:
    """The bytes of many blobs, from a process of their own.

    The names are asked for in a thread of their own, so that whatever brings them goes on
    meanwhile.
    """
    with running(repo, *BATCH, "--buffer", stdin=subprocess.PIPE) as process:
        asking = _Asking(cast("IO[bytes]", process.stdin), names)
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

    def __init__(self, pipe: IO[bytes], names: Iterable[str]) -> None:
        super().__init__(daemon=True)
        self.asked: deque[str] = deque()
        self.problem: BaseException | None = None
        self._pipe = pipe
        self._names = names

    def run(self) -> None:
        try:
            with self._pipe as pipe:
                for count, name in enumerate(self._names):
                    self.asked.append(name)
                    pipe.write(f"{name}\n".encode("ascii"))
                    if count % _AT_ONCE == 0:
                        pipe.flush()
        except BrokenPipeError:
            """Whoever reads the answers says why there are no more."""
        except BaseException as problem:  # noqa: BLE001 - raised again where it is waited for
            self.problem = problem


def _read(out: IO[bytes], asked: deque[str], cap: int) -> Iterator[tuple[str, bytes | None]]:
    while head := out.readline():
        name = asked.popleft()
        found = parse_head(head[:-1])
        if found is None or found.kind != "blob":
            raise lacks(name)
        size = found.size
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
