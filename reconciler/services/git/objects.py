"""Objects of git by their names, from a process that stays open: one for each folder.

`git cat-file --batch` answers each line with an object. It resolves names anew each time, and finds
what was fetched meanwhile. So a run starts it once. If it ends, it is started once more. If it does
not answer in time, or answers something else, it is ended, and a command has to find out why.
"""

import atexit
import os
import re
import selectors
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from subprocess import PIPE
from typing import IO, TYPE_CHECKING, Final, NamedTuple, cast

from reconciler.services.git.command import opening_door

if TYPE_CHECKING:
    from reconciler.services.git.door import Started

BATCH: Final = ("cat-file", "--batch")
_HEAD: Final = re.compile(rb"([0-9a-f]{40}|[0-9a-f]{64}) (commit|tree|blob|tag) ([0-9]{1,18})")
_PROCESSES: Final = 8
"""How many folders' processes stay open. A run has one."""
_TOGETHER: Final = 20
"""How many objects are held in memory before they are passed on."""
_MOST_ASKED: Final = 4_000
"""Bytes that are written before an answer is read: even the smallest pipe holds as many."""
_PIECE: Final = 1024 * 1024


class GitObject(NamedTuple):
    """An object of git."""

    name: str
    """Its full name."""
    kind: str
    """Is `commit`, `tree`, `blob` or `tag`."""
    size: int
    data: bytes | None
    """None if it has more bytes than asked for."""


class UnansweredError(Exception):
    """git did not say what names stand for. A command says why."""


def parse_head(line: bytes) -> GitObject | None:
    """The object that a line of git announces, without its bytes; None if it announces none."""
    found = _HEAD.fullmatch(line)
    return GitObject(found[1].decode(), found[2].decode(), int(found[3]), None) if found else None


def objects(
    repo: Path, names: Iterable[str], cap: int, patience: float
) -> Iterator[GitObject | None]:
    """What each name stands for; None if there is no such object here.

    Objects with more bytes than the cap are skipped without being held in memory. `patience` is in
    seconds, for some objects together. Raises UnansweredError, and GitProblem if git can't be
    started.
    """
    for some in _portions(names):
        yield from _processes.ask(repo, some, cap, patience)


def _portions(names: Iterable[str]) -> Iterator[list[bytes]]:
    """The names as lines, a few at a time."""
    some: list[bytes] = []
    size = 0
    for name in names:
        line = os.fsencode(f"{name}\n")
        # A line feed would ask twice, and git reads no further than a NUL.
        if len(line) > _MOST_ASKED or {"\n", "\0"} & set(name):
            raise UnansweredError
        if len(some) == _TOGETHER or size + len(line) > _MOST_ASKED:
            yield some
            some, size = [], 0
        some.append(line)
        size += len(line)
    if some:
        yield some


class _EndedError(Exception):
    """The process has ended."""


class _Process:
    """A process of git that answers one line after the other."""

    def __init__(self, folder: Path) -> None:
        self._read = bytearray()
        with opening_door(folder) as door:
            self._started: Started = door.start(folder, BATCH, PIPE)
            process = self._started.process
            self._names, self._answers, complaints = (
                cast("IO[bytes]", pipe).fileno()
                for pipe in (process.stdin, process.stdout, process.stderr)
            )
            self._pipes = selectors.DefaultSelector()
            for pipe in (self._answers, complaints):
                self._pipes.register(pipe, selectors.EVENT_READ)
        self._end = 0.0

    def ask(self, names: Sequence[bytes], cap: int, patience: float) -> list[GitObject | None]:
        """The objects by name. Raises _EndedError, UnansweredError, OSError and ValueError."""
        self._end = time.monotonic() + patience
        try:
            os.write(self._names, b"".join(names))  # so few bytes are written as a whole
        except BrokenPipeError:
            raise _EndedError from None
        return [self._answer(name, cap) for name in names]

    def _answer(self, name: bytes, cap: int) -> GitObject | None:
        while (end := self._read.find(b"\n")) < 0:
            self._wait()
        line = bytes(self._read[:end])
        del self._read[: end + 1]
        if line == name[:-1] + b" missing":
            return None
        found = parse_head(line)
        if found is None:
            raise UnansweredError
        data = self._bytes(found.size, cap)
        if self._bytes(1, 1) != b"\n":
            raise UnansweredError
        return found._replace(data=data)

    def _bytes(self, size: int, cap: int) -> bytes | None:
        """The next bytes; None if there are more than the cap, and then they are gone."""
        if size > cap:
            self._skip(size)
            return None
        while len(self._read) < size:
            self._wait()
        data = bytes(self._read[:size])
        del self._read[:size]
        return data

    def _skip(self, size: int) -> None:
        while size > 0:
            if not self._read:
                self._wait()
            some = min(size, len(self._read))
            del self._read[:some]
            size -= some

    def _wait(self) -> None:
        """Read what comes. Complaints are read so that the process does not wait to say them."""
        left = self._end - time.monotonic()
        ready = self._pipes.select(left) if left > 0 else ()
        if not ready:
            raise UnansweredError
        for key, _ in ready:
            data = os.read(key.fd, _PIECE)
            if key.fd == self._answers:
                self._read += data
                if not data:
                    raise _EndedError
            elif not data:
                self._pipes.unregister(key.fd)

    def close(self) -> None:
        """End the process."""
        self._pipes.close()
        process = self._started.process
        process.kill()
        for pipe in (process.stdin, process.stdout, process.stderr):
            try:
                pipe and pipe.close()
            except OSError:  # what was not written yet reaches nobody
                continue
        process.wait()


class _Processes:
    """The processes that are open, by the folders in which they were started."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begin anew: in a forked process, for those of its parent answer the parent."""
        self._lock = threading.Lock()
        self._open: dict[tuple[str, int, int], _Process] = {}

    def ask(
        self, folder: Path, names: Sequence[bytes], cap: int, patience: float
    ) -> list[GitObject | None]:
        place = os.path.abspath(folder)  # noqa: PTH100 - links are left as they are
        with self._lock:
            try:
                found = os.stat(place)  # noqa: PTH116 - a folder made anew is another one
            except OSError:
                raise UnansweredError from None
            key = (place, found.st_dev, found.st_ino)
            process = self._open.pop(key, None)
            if process is not None:
                try:
                    return self._asked(key, process, names, cap, patience)
                except _EndedError:
                    """It is started once more."""
            try:
                return self._asked(key, _Process(folder), names, cap, patience)
            except _EndedError:
                raise UnansweredError from None

    def _asked(
        self,
        key: tuple[str, int, int],
        process: _Process,
        names: Sequence[bytes],
        cap: int,
        patience: float,
    ) -> list[GitObject | None]:
        try:
            answers = process.ask(names, cap, patience)
        except (OSError, ValueError) as error:
            process.close()
            raise UnansweredError from error
        except BaseException:  # also ^C: what it still answers would answer the next question
            process.close()
            raise
        self._open[key] = process
        while len(self._open) > _PROCESSES:
            self._open.pop(next(iter(self._open))).close()
        return answers

    def close(self) -> None:
        while self._open:
            self._open.popitem()[1].close()


_processes: Final = _Processes()
atexit.register(_processes.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_processes.forget)
