"""The door to git: GitPython's `Repo`, set up so that a repository can't make it run a program.

A repository can name programs to run in its configuration (pagers, file system monitors, diff
drivers, text converters, filters, hooks). None of the commands here may start one of them. Nor may
its configuration change what a command answers.

This is the only module that imports GitPython. It takes a tenth of a second to import, so
`command` imports this module when the first command of git is needed.
"""

import atexit
import os
import select
import threading
from configparser import Error as ConfigError
from functools import lru_cache
from pathlib import Path
from subprocess import PIPE, Popen
from typing import IO, Any, BinaryIO, Final, NamedTuple, cast

import git
from git.config import GitConfigParser
from git.types import Lit_config_levels, PathLike

OPTIONS: Final[dict[str, Any]] = {
    "no_pager": True,
    "no_replace_objects": True,
    "literal_pathspecs": True,
    "c": [
        "core.fsmonitor=false",
        "core.hooksPath=/dev/null",
        "core.attributesFile=/dev/null",
        "log.showSignature=false",
        "log.showRoot=true",
        "log.follow=false",
        "log.diffMerges=first-parent",
        "protocol.allow=never",
    ],
}
"""Options of git itself, for every command."""
ENVIRONMENT: Final = {
    "GIT_FLUSH": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
}
"""Variables for every command. GitPython adds LC_ALL=C and LANGUAGE=C."""
_REPOSITORIES: Final = 8
"""How many folders' repositories are kept open. A run has one."""


class NotInstalledError(Exception):
    """There is no program `git`."""


class Commands(git.Git):
    """GitPython's commands with the safe options, whoever gives them."""

    def __init__(self, working_dir: PathLike | None = None) -> None:
        super().__init__(working_dir)
        self.set_persistent_git_options(**OPTIONS)
        self.update_environment(**ENVIRONMENT)


class Repository(git.Repo):
    """A repository whose commands are all given safely."""

    GitCommandWrapperType = Commands

    def _config_reader(
        self, config_level: Lit_config_levels | None = None, git_dir: PathLike | None = None
    ) -> GitConfigParser:
        # Used when a repository is opened, to find out whether it is bare. As in git, files that
        # the configuration includes do not count for this, and are not opened. `git config`
        # answers everything else.
        levels = self.config_level if config_level is None else (config_level,)
        files = [self._get_config_path(level, git_dir) for level in levels]
        return GitConfigParser(files, read_only=True, merge_includes=False, repo=self)


class Started(NamedTuple):
    """A command that runs until its handle is gone or is told to end."""

    process: "Popen[bytes]"
    handle: git.Git.AutoInterrupt


@lru_cache(_REPOSITORIES)
def repository(folder: str) -> Repository:
    """The repository around a folder, opened once."""
    return Repository(folder, search_parent_directories=True, expand_vars=False)


def commands(folder: str) -> git.Git:
    """The commands of the repository around a folder.

    Where GitPython sees no repository, git itself is asked in the folder: it knows more kinds of
    them, and says what is wrong.
    """
    try:
        return repository(folder).git
    except (git.GitError, ConfigError, OSError, ValueError):
        return Commands(folder)


def start(
    folder: Path,
    arguments: tuple[str, ...],
    stdin: int | BinaryIO | None = None,
    kept_open: tuple[int, ...] = (),
) -> Started:
    """Start a git command in a folder; its two outputs are pipes.

    It inherits the files that are `kept_open`. Raises NotInstalledError, OSError and ValueError.
    """
    place = os.path.abspath(folder)  # noqa: PTH100 - links are left as they are
    door = commands(place)
    options = door.transform_kwargs(C=place, **OPTIONS)
    inherited: dict[str, Any] = {"pass_fds": kept_open} if kept_open else {}
    try:
        handle = door.execute(
            [door.GIT_PYTHON_GIT_EXECUTABLE or "git", *options, *arguments],
            istream=stdin,
            as_process=True,
            shell=False,
            **inherited,
        )
    except git.GitCommandNotFound as error:
        raise NotInstalledError from error
    return Started(cast("Popen[bytes]", handle.proc), handle)


class _Names:
    """Processes of git that go on, and say what names stand for: one for each folder."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[tuple[str, int, int], Started] = {}

    def commit(self, folder: Path, name: str, patience: float) -> str | None:
        place = os.path.abspath(folder)  # noqa: PTH100 - links are left as they are
        with self._lock:
            found = os.stat(place)  # noqa: PTH116 - a folder made anew is another one
            key = (place, found.st_dev, found.st_ino)
            started = self._open.pop(key, None) or start(folder, _NAMES, PIPE)
            answer = _ask(started.process, f"{name}^{{commit}}\n".encode(), patience)
            kind, _, sha = answer.strip().rpartition(b" ")
            if sha not in {b"missing", b""} and kind != b"commit":
                sha = b""
            if not sha:  # it may have ended, hang, or have complained: whoever asks finds out
                _end(started)
                return None
            self._open[key] = started
            while len(self._open) > _REPOSITORIES:
                _end(self._open.pop(next(iter(self._open))))
            return "" if sha == b"missing" else sha.decode("ascii")

    def close(self) -> None:
        while self._open:
            _end(self._open.popitem()[1])


def _ask(process: "Popen[bytes]", asked: bytes, patience: float) -> bytes:
    """The line that answers a line; nothing if there is none in time."""
    try:
        names, answers = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
        names.write(asked)
        names.flush()
        ready, _, _ = select.select([answers], [], [], patience)
        return answers.readline() if ready else b""
    except (OSError, ValueError):
        return b""


def _end(started: Started) -> None:
    started.process.kill()
    for pipe in (started.process.stdin, started.process.stdout, started.process.stderr):
        try:
            pipe and pipe.close()
        except OSError:  # what was not written yet reaches nobody
            continue
    started.process.wait()


_NAMES: Final = ("cat-file", "--batch-check=%(objecttype) %(objectname)")
_names: Final = _Names()
atexit.register(_names.close)


def commit_named(folder: Path, name: str, patience: float) -> str | None:
    """The commit that a name stands for; empty when there is none, None when git did not say.

    It takes no start of git: one process answers for the whole run. Raises as `start` does.
    """
    # A line feed would ask twice, and git reads no further than a NUL.
    return None if {"\n", "\0"} & set(name) else _names.commit(folder, name, patience)


def is_shallow(folder: Path) -> bool | None:
    """Whether a repository lacks the beginning of its history; None where GitPython sees none."""
    try:
        common = repository(os.path.abspath(folder)).common_dir  # noqa: PTH100 - see `start`
    except (git.GitError, ConfigError, OSError, ValueError):
        return None
    return os.path.lexists(os.path.join(common, "shallow"))  # noqa: PTH118 - a text from GitPython
