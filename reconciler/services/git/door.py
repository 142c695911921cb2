"""The door to git: GitPython's `Repo`, set up so that a repository can't make it run a program.

A repository can name programs to run in its configuration (pagers, file system monitors, diff
drivers, text converters, filters, hooks). None of the commands here may start one of them. Nor may
its configuration change what a command answers.

This is the only module that imports GitPython. It takes a tenth of a second to import, so
`command` imports this module when the first command of git is needed.
"""

import os
from configparser import Error as ConfigError
from functools import lru_cache
from pathlib import Path
from subprocess import Popen
from typing import Any, BinaryIO, Final, NamedTuple, cast

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


def common_folder(folder: Path) -> Path | None:
    """The git directory that all work trees share; None where GitPython sees none."""
    try:
        common = repository(os.path.abspath(folder)).common_dir  # noqa: PTH100 - see `start`
    except (git.GitError, ConfigError, OSError, ValueError):
        return None
    return Path(os.path.realpath(common))
