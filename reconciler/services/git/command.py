"""Running git through the door, and what its failures mean.

Everything that is read from git or written to it goes through `start` of the module `door`.
"""

import importlib
import io
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from subprocess import Popen
from types import ModuleType
from typing import IO, TYPE_CHECKING, BinaryIO, Final, cast

from reconciler.services.environment import withdraw

if TYPE_CHECKING:
    from reconciler.services.git.door import Started

PATIENCE: Final = 120
"""Seconds that a command may take."""
LONG_PATIENCE: Final = 1800
"""The same for a command whose output is worked on while it runs."""
_DOOR: Final = "reconciler.services.git.door"
_importing: Final = threading.Lock()
_BUFFER: Final = 1024 * 1024
_MOST_COMPLAINTS: Final = 64 * 1024
_TAIL: Final = 2.0
"""Seconds to wait for the last complaints of a command that has ended."""


class GitProblem(Exception):  # noqa: N818 - a state of affairs that the user can change
    """git cannot give what is needed; says how to change that."""


def must(repo: Path, *arguments: str, asked: bytes = b"") -> bytes:
    """What a git command writes; a problem when it fails."""
    code, out, err = git(repo, *arguments, asked=asked)
    if code != 0:
        raise GitProblem(complaint(err))
    return out


def is_outside(err: bytes) -> bool:
    """Whether git complains that there is no repository."""
    return b"not a git repository" in err


def complaint(err: bytes) -> str:
    """What git complains of, in one line."""
    text = err.decode("utf-8", "replace").strip()
    if "dubious ownership" in text:
        return (
            "git refuses this repository because another user owns it. Run: git config "
            "--global --add safe.directory <its folder>"
        )
    lines = text.splitlines() or ["no reason given"]
    return f"git failed: {lines[0].removeprefix('fatal: ')[:200]}"


def git(
    repo: Path,
    *arguments: str,
    asked: bytes = b"",
    settings: str = "",
    largest_file: int | None = None,
) -> tuple[int, bytes, bytes]:
    """Run a git command: its exit status, what it writes, and what it complains of.

    `settings` is configuration for this command that holds a token: it appears neither among the
    arguments nor in an environment. The command and what it starts end when a file that they write
    reaches `largest_file` bytes, where the system can limit another process.
    """
    with _input(asked) as stdin, _readable(settings) as (options, kept_open):
        running = _Running(repo, (*options, *arguments), stdin, PATIENCE, kept_open)
        with running as process:
            if largest_file is not None:
                _limit(process.pid, largest_file)
            out = cast("IO[bytes]", process.stdout).read()
            code = process.wait()
        running.refuse_overdue()
        return code, out, running.complaints()


def _limit(pid: int, largest_file: int) -> None:
    """Limit the size of the files that a process and its children write. Linux can do so."""
    with suppress(ImportError, AttributeError, OSError):
        import resource  # noqa: PLC0415 - there is none on Windows

        resource.prlimit(pid, resource.RLIMIT_FSIZE, (largest_file, largest_file))


@contextmanager
def running(repo: Path, *arguments: str, stdin: int | None = None) -> Iterator["Popen[bytes]"]:
    """A git command whose output is read while it runs; a problem when it fails by itself."""
    command = _Running(repo, arguments, stdin, LONG_PATIENCE)
    with command as process:
        yield process
        code = process.wait()
        command.refuse_overdue()
        if code != 0:
            raise GitProblem(complaint(command.complaints()))


class _Running:
    """A started command: ended in time, its complaints collected."""

    def __init__(
        self,
        repo: Path,
        arguments: tuple[str, ...],
        stdin: int | BinaryIO | None,
        patience: int,
        kept_open: tuple[int, ...] = (),
    ) -> None:
        self._repo = repo
        self._patience = patience
        self._overdue = False
        self._complaints = bytearray()
        self._started = _start(repo, arguments, stdin, kept_open)
        process = self._started.process
        # GitPython's own buffers hold 8 KiB.
        raw = cast("io.BufferedReader", process.stdout).detach()
        process.stdout = cast("IO[bytes]", io.BufferedReader(raw, _BUFFER))
        # The thread closes it: a program that outlives git may hold the other end.
        errors, process.stderr = cast("IO[bytes]", process.stderr), None
        self._listener = threading.Thread(target=self._listen, args=(errors,), daemon=True)
        self._timer = threading.Timer(patience, self._end_overdue)
        self._timer.daemon = True

    def __enter__(self) -> "Popen[bytes]":
        self._listener.start()
        self._timer.start()
        return self._started.process

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        process = self._started.process
        process.kill()
        process.__exit__(None, None, None)

    def refuse_overdue(self) -> None:
        """Raise a problem if the command was ended because it took too long."""
        if self._overdue:
            raise GitProblem(
                f"git could not be run in {self._repo}: it took more than {self._patience} seconds"
            )

    def complaints(self) -> bytes:
        """What a command that has ended wrote to its standard error."""
        self._listener.join(_TAIL)
        return bytes(self._complaints)

    def _listen(self, errors: IO[bytes]) -> None:
        with errors:
            while piece := cast("io.BufferedReader", errors).read1():
                if len(self._complaints) < _MOST_COMPLAINTS:
                    self._complaints += piece

    def _end_overdue(self) -> None:
        self._overdue = True
        self._started.process.kill()


def _start(
    repo: Path,
    arguments: tuple[str, ...],
    stdin: int | BinaryIO | None,
    kept_open: tuple[int, ...],
) -> "Started":
    with opening_door(repo) as door:
        started: Started = door.start(repo, arguments, stdin, kept_open)
        return started


@contextmanager
def opening_door(repo: Path) -> Iterator[ModuleType]:
    """The door, and what its failures mean."""
    if not repo.is_dir():
        raise GitProblem(f"{repo} is not a folder.")
    withdraw()
    if _DOOR not in sys.modules:
        _import_door()
    # Many commands need no git, and GitPython takes a tenth of a second to import.
    from reconciler.services.git import door  # noqa: PLC0415 - see above

    try:
        yield door
    except door.NotInstalledError as error:
        raise GitProblem("git is not installed. Install it, then run the command again.") from error
    except (OSError, ValueError) as error:
        raise GitProblem(f"git could not be run in {repo}: {error}") from error


def _import_door() -> None:
    """Import GitPython, which looks for git at once, without a word if there is none."""
    with _importing:
        os.environ["GIT_PYTHON_REFRESH"] = "quiet"
        try:
            importlib.import_module(_DOOR)
        except ModuleNotFoundError:
            raise
        except ImportError as error:
            raise GitProblem("git does not work. Run `git version` to see the error.") from error
        finally:
            os.environ.pop("GIT_PYTHON_REFRESH", None)


@contextmanager
def _input(asked: bytes) -> Iterator[BinaryIO | None]:
    """A file for a command's standard input. A pipe would have to be written while it is read."""
    with tempfile.TemporaryFile() if asked else nullcontext() as file:
        if file is not None:
            file.write(asked)
            file.seek(0)
        yield cast("BinaryIO | None", file)


@contextmanager
def _readable(settings: str) -> Iterator[tuple[tuple[str, ...], tuple[int, ...]]]:
    """Options by which git reads settings, and the files that it has to inherit for this.

    On Linux they are in memory only. Elsewhere a file holds them while the command runs, in a
    folder that no other user can read.
    """
    if not settings:
        yield (), ()
    elif hasattr(os, "memfd_create"):
        with open(os.memfd_create("git settings"), "wb", buffering=0) as file:  # noqa: PTH123 - no path
            file.write(settings.encode())
            yield ("-c", f"include.path=/dev/fd/{file.fileno()}"), (file.fileno(),)
    else:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "settings")
            path.write_text(settings, encoding="utf-8")
            yield ("-c", f"include.path={path}"), ()
