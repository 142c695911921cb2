"""One run at a time on one machine: a lock for each desk, which the system takes from a dead run.

In a git repository the locks are files in `.git/escalate`. Elsewhere the folder itself is locked.
"""

import contextlib
import hashlib
import json
import os
import secrets
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from reconciler.services.errors import SetupError
from reconciler.services.git.command import GitProblem
from reconciler.services.git.commits import common_folder

try:
    import fcntl
except ImportError:  # Windows has no such locks; the lease on the audit branch is left
    fcntl = None  # type: ignore[assignment]

_STATE: Final = "escalate"
_PAUSE: Final = 0.5
_LONGEST_NOTE: Final = 400


class LockedError(Exception):
    """Another run on this machine holds a lock. The text says which run, as it wrote it."""


class Lock(NamedTuple):
    """What a run holds."""

    place: str
    """Identifies this clone on this machine; empty outside git, and where there are no locks."""


def state_folder(repo: Path) -> Path:
    """The tool's folder in the git directory, which all work trees share."""
    found = common_folder(repo)
    if found is None:
        raise GitProblem(f"{repo} is not a git repository. Give its folder with --repo.")
    return found / _STATE


@contextmanager
def local_lock(  # noqa: PLR0913 - what to lock, for whom, and how long to wait
    repo: Path,
    desks: Sequence[str],
    run: str,
    since: datetime,
    *,
    patience: float,
    waiting: Callable[[str], None],
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Lock]:
    """Hold the locks of desks. Raises LockedError if another run keeps one for too long.

    `waiting` is called once, with which run holds it.
    """
    shared = common_folder(repo)
    folder = shared / _STATE if shared else None
    names = _lock_files(folder, desks) if folder else [repo]
    with contextlib.ExitStack() as held:
        end: float | None = None
        for name in names:
            descriptor = _open(name, os.O_RDONLY if folder is None else os.O_RDWR | os.O_CREAT)
            held.callback(os.close, descriptor)
            while fcntl is not None and not _is_locked(descriptor):
                note = "" if folder is None else _note(descriptor)
                if end is None:
                    end = time.monotonic() + patience
                    waiting(note)
                if time.monotonic() >= end:
                    raise LockedError(note)
                sleep(_PAUSE)
            if folder is not None:
                _write_note(descriptor, run, since)
        yield Lock(_place(folder) if folder and fcntl else "")


def _open(path: Path, flags: int) -> int:
    try:
        return os.open(path, flags)
    except OSError as error:
        raise SetupError(
            f"{path} can't be locked: {error.strerror}",
            "The tool locks it, so that one run at a time changes anything. Let the tool open it.",
        ) from error


def _lock_files(folder: Path, desks: Sequence[str]) -> list[Path]:
    try:
        folder.mkdir(exist_ok=True)
    except FileExistsError:
        raise SetupError(
            f"{folder} is not a folder, and the tool keeps its locks there",
            "Move the file away, then run the command again.",
        ) from None
    except OSError as error:
        raise SetupError(
            f"the folder {folder} can't be created: {error.strerror}",
            "The tool keeps its locks there. Let it write to the git directory.",
        ) from error
    return [folder / f"{desk}.lock" for desk in sorted(desks)]


def _is_locked(descriptor: int) -> bool:
    """Lock a file for this process; False if another process has locked it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _note(descriptor: int) -> str:
    """Which run holds a lock, and since when."""
    with contextlib.suppress(ValueError, LookupError, TypeError):
        note = json.loads(os.pread(descriptor, _LONGEST_NOTE, 0))
        return f"run {note['run']}, process {int(note['process'])}, since {note['since']}"
    return ""


def _write_note(descriptor: int, run: str, since: datetime) -> None:
    shown = {"run": run, "process": os.getpid(), "since": since.isoformat(timespec="seconds")}
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps(shown).encode() + b"\n", 0)


def _place(folder: Path) -> str:
    """An id of the clone: a copy of it, or the same clone on another machine, has another one."""
    path = folder / "place"
    with contextlib.suppress(FileExistsError):
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
        os.write(descriptor, secrets.token_hex(16).encode())
        os.close(descriptor)
    status = path.stat()
    parts = (path.read_text(), socket.gethostname(), status.st_dev, status.st_ino)
    named = repr((*parts, status.st_ctime_ns)).encode()
    return hashlib.sha256(named).hexdigest()[:32]
