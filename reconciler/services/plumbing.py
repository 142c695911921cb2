"""Running git. Nothing but git itself is started, whatever the repository is configured to run.

A repository can name programs to run in its configuration (pagers, file system monitors, diff
drivers, text converters, filters, hooks). None of the commands here may start one of them. Nor may
its configuration change what a command answers.
"""

import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from reconciler.services.secrets import TOKEN_VARIABLES

SHALLOW: Final = (
    "This clone is shallow, and counting a day's escalations needs the whole history. "
    "Run: git fetch --unshallow (in GitHub Actions: fetch-depth: 0)"
)
SAFE: Final = (
    "--no-pager",
    "--no-replace-objects",
    "--literal-pathspecs",
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "core.attributesFile=/dev/null"),
    *("-c", "log.showSignature=false"),
    *("-c", "log.showRoot=true"),
    *("-c", "log.follow=false"),
    *("-c", "log.diffMerges=first-parent"),
    *("-c", "protocol.allow=never"),
)
PATIENCE: Final = 120
"""Seconds that a command may take."""
LONG_PATIENCE: Final = 1800
"""The same for a command whose output is worked on while it runs."""


class GitProblem(Exception):  # noqa: N818 - a state of affairs that the user can change
    """git cannot give what is needed; says how to change that."""


def must(repo: Path, *arguments: str, asked: bytes = b"") -> bytes:
    """What a git command writes; a problem when it fails."""
    code, out, err = git(repo, *arguments, asked=asked)
    if code != 0:
        raise GitProblem(complaint(err))
    return out


def state(repo: Path) -> tuple[bool, str | None]:
    """Whether the repository is shallow, and the commit that is checked out."""
    code, out, err = git(repo, "rev-parse", "--is-shallow-repository", "HEAD^{commit}")
    words = out.decode("ascii", "replace").split()
    if code == 0:
        return words[0] == "true", words[1]
    if is_outside(err) or b"unknown revision" in err or b"ambiguous argument" in err:
        return False, None
    raise GitProblem(complaint(err))


def resolve(repo: Path, ref: str) -> str:
    """The commit that a ref names."""
    asked = f"{ref}^{{commit}}"
    code, out, err = git(repo, "rev-parse", "--verify", "--quiet", "--end-of-options", asked)
    if code == 0:
        return out.decode("ascii").strip()
    if is_outside(err):
        raise GitProblem(f"{repo} is not a git repository. Give its folder with --repo.")
    shown = ref.encode("unicode_escape").decode("ascii")
    raise GitProblem(f"git knows no revision {shown}. Fetch it, or check the spelling.")


def is_outside(err: bytes) -> bool:
    """Whether git complains that there is no repository."""
    return b"not a git repository" in err


def complaint(err: bytes) -> str:
    """What git complains of, in one line."""
    text = err.decode("utf-8", "replace").strip()
    if "dubious ownership" in text:
        return (
            "git refuses this repository because somebody else owns it. "
            "Run: git config --global --add safe.directory <its folder>"
        )
    lines = text.splitlines() or ["no reason given"]
    return f"git failed: {lines[0].removeprefix('fatal: ')[:200]}"


def git(
    repo: Path, *arguments: str, asked: bytes = b"", extra: Mapping[str, str] | None = None
) -> tuple[int, bytes, bytes]:
    """Run a git command: its exit status, what it writes, and what it complains of.

    `extra` goes into its environment.
    """
    # Into a file, for reading many megabytes from a pipe is slow as long as git has a time limit.
    with tempfile.TemporaryFile() as out:
        try:
            done = subprocess.run(  # noqa: S603 - no shell, and every argument is ours or resolved
                ["git", *SAFE, *arguments],  # noqa: S607 - whichever git the user has
                cwd=repo,
                env={**environment(), **(extra or {})},
                input=asked,
                stdout=out,
                stderr=subprocess.PIPE,
                timeout=PATIENCE,
                check=False,
            )
        except FileNotFoundError as error:
            missing = "git is not installed." if repo.is_dir() else f"{repo} is no folder."
            raise GitProblem(missing) from error
        except (OSError, subprocess.TimeoutExpired, ValueError) as error:
            raise GitProblem(f"git could not be run in {repo}: {error}") from error
        out.seek(0)
        return done.returncode, out.read(), done.stderr


@contextmanager
def running(
    repo: Path, *arguments: str, stdin: int = subprocess.DEVNULL
) -> Iterator[subprocess.Popen[bytes]]:
    """A git command whose output is read while it runs; a problem when it fails by itself."""
    with (
        tempfile.TemporaryFile() as complaints,
        subprocess.Popen(  # noqa: S603 - no shell, and every argument is ours or resolved
            ["git", *SAFE, *arguments],  # noqa: S607 - whichever git the user has
            cwd=repo,
            env=environment(),
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=complaints,
            bufsize=1024 * 1024,
        ) as process,
    ):
        timer = threading.Timer(LONG_PATIENCE, process.kill)
        timer.daemon = True
        timer.start()
        try:
            yield process
            if process.wait() != 0:
                complaints.seek(0)
                raise GitProblem(complaint(complaints.read()))
        finally:
            timer.cancel()
            process.kill()


def environment() -> dict[str, str]:
    """Ours without what a surrounding git (a hook) tells its children, and without tokens."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if (not name.startswith("GIT_") or name.startswith(("GIT_CONFIG", "GIT_CEILING")))
        and name not in TOKEN_VARIABLES
    }
    return kept | {
        "GIT_FLUSH": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "LC_ALL": "C",
    }
