"""git: our files at a revision, and when they arrived. Reads only, and runs nothing but git.

A repository can name programs to run in its configuration (pagers, file system monitors, diff
drivers, text converters, filters, hooks). None of the commands here may start one of them.
"""

import hashlib
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from reconciler.load.raw import (
    ESCALATIONS,
    POLICY_PATH,
    ROSTER_PATH,
    SUBMODULE,
    SYMLINK,
    Kind,
    RawFile,
    cap_of,
    kind_of,
)
from reconciler.model.arrival import Arrival
from reconciler.services.files import NotOurs, read_worktree
from reconciler.services.secrets import TOKEN_VARIABLES

_SAFE: Final = (
    "--no-pager",
    "--no-replace-objects",
    "--literal-pathspecs",
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "core.attributesFile=/dev/null"),
    *("-c", "log.showSignature=false"),
    *("-c", "protocol.allow=never"),
)
_LOG: Final = (
    *("log", "--first-parent", "-m", "--no-renames", "--sparse", "--name-status", "-z"),
    *("--relative", "--no-ext-diff", "--no-textconv", "--no-show-signature", "--no-color"),
    "--format=%x01%H %ct %s",
)
_OURS: Final = (ESCALATIONS, POLICY_PATH, ROSTER_PATH)
_MOST_BYTES: Final = 128 * 1024 * 1024
_PATIENCE: Final = 120
_SHALLOW: Final = (
    "This clone is shallow, and counting a day's escalations needs the whole history. "
    "Run: git fetch --unshallow (in GitHub Actions: fetch-depth: 0)"
)
_PULL_REQUEST: Final = re.compile(r"\(#([0-9]{1,9})\)$|^Merge pull request #([0-9]{1,9}) ")
_LATEST: Final = 253402300799  # the last second of year 9999, the last that datetime knows


class GitProblem(Exception):  # noqa: N818 - a state of affairs that the user can change
    """git cannot give what is needed; says how to change that."""


class _Blob(NamedTuple):
    path: str
    mode: str
    object: str
    size: int


class _Commit(NamedTuple):
    sha: str
    time: int
    subject: str
    changes: list[tuple[str, str]]
    """Status letter and path of each escalation file that it touched."""


def head_commit(repo: Path) -> str | None:
    """The commit that is checked out; None outside git and before the first commit."""
    _, sha = _state(repo)
    return sha


def resolve(repo: Path, ref: str) -> str:
    """The commit that a ref names."""
    asked = f"{ref}^{{commit}}"
    code, out, err = _git(repo, "rev-parse", "--verify", "--quiet", "--end-of-options", asked)
    if code == 0:
        return out.decode("ascii").strip()
    if _is_outside(err):
        raise GitProblem(f"{repo} is not a git repository. Give its folder with --repo.")
    shown = ref.encode("unicode_escape").decode("ascii")
    raise GitProblem(f"git knows no revision {shown}. Fetch it, or check the spelling.")


def merge_base(repo: Path, ref: str) -> str:
    """The commit from which HEAD departed from a ref."""
    base = resolve(repo, ref)
    shallow, _ = _state(repo)
    if shallow:
        raise GitProblem(_SHALLOW)
    code, out, _ = _git(repo, "merge-base", base, "HEAD")
    if code != 0:
        raise GitProblem(
            f"{ref} and HEAD have no common history. Give a --base that HEAD departed from."
        )
    return out.decode("ascii").split()[0]


def read_revision(repo: Path, ref: str) -> list[RawFile]:
    """Read policy, roster and everything under escalations/ as committed, in order of path."""
    blobs = list(_tree(repo, resolve(repo, ref)))
    wanted = {blob.object: blob.size for blob in blobs if _is_read(blob)}
    if sum(wanted.values()) > _MOST_BYTES:
        raise GitProblem(f"The files of {ref} are larger than {_MOST_BYTES:,} bytes together.")
    contents = _contents(repo, list(wanted))
    return [
        RawFile(
            blob.path,
            contents.get(blob.object, b""),
            blob.mode,
            -1 if _is_read(blob) else blob.size,
        )
        for blob in sorted(blobs)
    ]


def arrivals(repo: Path, ref: str = "HEAD", now: datetime | None = None) -> dict[str, Arrival]:
    """When each escalation file first appeared on the first-parent line of a revision.

    A commit's own date can be forged. So an effective time is never before that of the commit it
    follows and never after now; a date in the future does not push its followers there.
    """
    limit = int((now or datetime.now(UTC)).timestamp())
    found: dict[str, Arrival] = {}
    earliest = 0
    for commit in reversed(_history(repo, ref)):
        effective = min(max(commit.time, earliest), limit)
        if commit.time <= limit:
            earliest = effective
        for status, path in commit.changes:
            if status == "A" and path not in found and kind_of(path) is Kind.ESCALATION:
                at = datetime.fromtimestamp(effective, UTC)
                found[path] = Arrival(commit.sha, at, _pull_request(commit.subject))
    return found


def recently_changed(repo: Path, commits: int = 200) -> set[str]:
    """The escalation files that the latest first-parent commits touched."""
    history = _history(repo, "HEAD", f"--max-count={int(commits)}")
    return {path for commit in history for _, path in commit.changes}


def is_dirty(repo: Path) -> bool:
    """Whether our files differ from HEAD.

    Compared by content: `git status` would run the filters that a repository configures.
    """
    sha = head_commit(repo)
    try:
        here = {raw.path: raw for raw in read_worktree(repo) if raw.mode != SYMLINK}
    except NotOurs:
        here = {}
    if sha is None:
        return bool(here)
    there = {blob.path: blob for blob in _tree(repo, sha) if blob.mode not in {SYMLINK, SUBMODULE}}
    return here.keys() != there.keys() or any(
        not _is_same(raw, there[path]) for path, raw in here.items()
    )


def _is_same(raw: RawFile, blob: _Blob) -> bool:
    if raw.bytes > cap_of(raw.path):
        return raw.bytes == blob.size
    make = hashlib.sha1 if len(blob.object) == 40 else hashlib.sha256  # noqa: PLR2004 - hex digits
    # Windows checks files out with its own line ends.
    forms = (raw.data, raw.data.replace(b"\r\n", b"\n"))
    return any(make(b"blob %d\x00" % len(data) + data).hexdigest() == blob.object for data in forms)


def _is_read(blob: _Blob) -> bool:
    return blob.mode not in {SYMLINK, SUBMODULE} and 0 <= blob.size <= cap_of(blob.path)


def _tree(repo: Path, sha: str) -> Iterator[_Blob]:
    out = _must(repo, "ls-tree", "-r", "-l", "-z", sha, "--", *_OURS)
    for line in out.split(b"\x00"):
        head, tab, path = line.partition(b"\t")
        if tab:
            mode, _, name, size = head.decode("ascii").split()
            yield _Blob(_shown(path), mode, name, -1 if size == "-" else int(size))


def _contents(repo: Path, objects: list[str]) -> Mapping[str, bytes]:
    if not objects:
        return {}
    asked = "".join(f"{name}\n" for name in objects).encode("ascii")
    out = _must(repo, "cat-file", "--batch", asked=asked)
    contents: dict[str, bytes] = {}
    at = 0
    for name in objects:
        line_end = out.index(b"\n", at)
        words = out[at:line_end].split()
        if words[1:2] != [b"blob"]:
            raise GitProblem(f"The repository lacks object {name}. Fetch it: git fetch --refetch")
        at = line_end + 1 + int(words[2])
        contents[name] = out[line_end + 1 : at]
        at += 1
    return contents


def _history(repo: Path, ref: str, *options: str) -> list[_Commit]:
    """Commits of the first-parent line, latest first, with the escalation files they touched."""
    shallow, head = _state(repo)
    if shallow:
        raise GitProblem(_SHALLOW)
    if ref == "HEAD" and head is None:
        return []
    sha = head if ref == "HEAD" and head else resolve(repo, ref)
    out = _must(repo, *_LOG, *options, sha, "--", ESCALATIONS)
    commits: list[_Commit] = []
    words = iter(out.split(b"\x00"))
    for word in words:
        if word.startswith(b"\x01"):
            name, time, subject = word[1:].decode("utf-8", "replace").split(" ", 2)
            commits.append(_Commit(name, min(max(int(time), 0), _LATEST), subject, []))
        elif status := word.strip().decode("ascii"):
            commits[-1].changes.append((status, _shown(next(words))))
    return commits


def _pull_request(subject: str) -> int | None:
    """The pull request that GitHub's own subjects name: of a squash, or of a merge."""
    found = _PULL_REQUEST.search(subject)
    return int(found[1] or found[2]) if found else None


def _shown(path: bytes) -> str:
    return path.decode("utf-8", "backslashreplace")


def _state(repo: Path) -> tuple[bool, str | None]:
    """Whether the repository is shallow, and the commit that is checked out."""
    code, out, err = _git(repo, "rev-parse", "--is-shallow-repository", "HEAD^{commit}")
    words = out.decode("ascii", "replace").split()
    if code == 0:
        return words[0] == "true", words[1]
    if _is_outside(err) or b"unknown revision" in err or b"ambiguous argument" in err:
        return False, None
    raise GitProblem(_complaint(err))


def _is_outside(err: bytes) -> bool:
    return b"not a git repository" in err


def _must(repo: Path, *arguments: str, asked: bytes = b"") -> bytes:
    code, out, err = _git(repo, *arguments, asked=asked)
    if code != 0:
        raise GitProblem(_complaint(err))
    return out


def _complaint(err: bytes) -> str:
    text = err.decode("utf-8", "replace").strip()
    if "dubious ownership" in text:
        return (
            "git refuses this repository because somebody else owns it. "
            "Run: git config --global --add safe.directory <its folder>"
        )
    lines = text.splitlines() or ["no reason given"]
    return f"git failed: {lines[0].removeprefix('fatal: ')[:200]}"


def _git(repo: Path, *arguments: str, asked: bytes = b"") -> tuple[int, bytes, bytes]:
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and every argument is ours or resolved
            ["git", *_SAFE, *arguments],  # noqa: S607 - whichever git the user has
            cwd=repo,
            env=_environment(),
            input=asked,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except FileNotFoundError as error:
        missing = "git is not installed." if repo.is_dir() else f"{repo} is no folder."
        raise GitProblem(missing) from error
    except (OSError, subprocess.TimeoutExpired, ValueError) as error:
        raise GitProblem(f"git could not be run in {repo}: {error}") from error
    return done.returncode, done.stdout, done.stderr


def _environment() -> dict[str, str]:
    """Ours without what a surrounding git (a hook) tells its children, and without tokens."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if (not name.startswith("GIT_") or name.startswith(("GIT_CONFIG", "GIT_CEILING")))
        and name not in TOKEN_VARIABLES
    }
    return kept | {
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "LC_ALL": "C",
    }
