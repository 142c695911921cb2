"""The working tree: our files as they are on disk. Follows no link and opens no device."""

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from reconciler.load.raw import (
    ATTRIBUTE_PATHS,
    ESCALATIONS,
    EXECUTABLE,
    POLICY_PATH,
    REGULAR,
    ROSTER_PATH,
    SPECIAL,
    SYMLINK,
    RawFile,
    cap_of,
)

_NEW_FILE: Final = 0o666
_DEEPEST: Final = 8
_MOST_FILES: Final = 200_000


class NotOurs(Exception):  # noqa: N818 - a state of affairs that the user can change
    """The folder holds no escalations; says how to change that."""


def read_worktree(repo: Path) -> list[RawFile]:
    """Read policy, roster and everything under escalations/, in order of path."""
    if not repo.is_dir():
        raise NotOurs(f"{repo} is not a folder. Give the folder of the repository with --repo.")
    top = str(repo)
    if not any(os.path.lexists(repo / name) for name in (POLICY_PATH, ROSTER_PATH, ESCALATIONS)):
        raise NotOurs(
            f"{repo} has no escalations and no policy. Give the folder of the repository "
            "with --repo."
        )
    ours = (POLICY_PATH, ROSTER_PATH, *ATTRIBUTE_PATHS)
    paths = [path for path in ours if os.path.lexists(repo / path)]
    paths += _walk(top)
    return sorted((_read(top, path) for path in paths), key=lambda raw: raw.path)


def _walk(top: str) -> Iterator[str]:
    """Paths under escalations/; a linked folder is given as if it were a file."""
    pending = [ESCALATIONS]
    root = os.path.join(top, ESCALATIONS)  # noqa: PTH118 - thousands of files: strings are faster
    if os.path.islink(root):  # noqa: PTH114
        yield ESCALATIONS + "/"
        return
    if not os.path.isdir(root):  # noqa: PTH112
        return
    count = 0
    while pending:
        folder = pending.pop()
        with os.scandir(f"{top}/{folder}") as found:
            for item in found:
                path = f"{folder}/{item.name}"
                if item.is_dir(follow_symlinks=False) and path.count("/") < _DEEPEST:
                    pending.append(path)
                    continue
                yield path
                count += 1
                if count >= _MOST_FILES:
                    return


def _read(top: str, path: str) -> RawFile:
    shown = os.fsencode(path).decode("utf-8", "backslashreplace")
    full = f"{top}/{path}"
    try:
        found = os.lstat(full)
        if stat.S_ISLNK(found.st_mode):
            return RawFile(shown, b"", SYMLINK)
        if not stat.S_ISREG(found.st_mode):
            return RawFile(shown, b"", SPECIAL)
        mode = EXECUTABLE if found.st_mode & stat.S_IXUSR else REGULAR
        if found.st_size > cap_of(path):
            return RawFile(shown, b"", mode, found.st_size)
        # Between looking and opening somebody may have put a link or a pipe there.
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        data = _bytes(os.open(full, flags), cap_of(path) + 1)
    except OSError as error:
        raise NotOurs(f"{shown} cannot be read: {error.strerror}.") from error
    return RawFile(shown, data, mode)


def _bytes(handle: int, most: int) -> bytes:
    try:
        data = os.read(handle, most)
        while len(data) < most and (more := os.read(handle, most - len(data))):
            data += more
    finally:
        os.close(handle)
    return data


def write_file(path: Path, data: bytes) -> None:
    """Write a file of ours as a whole or not at all, in a folder that may be new.

    Raises NotOurs when something in the way is no plain file or folder.
    """
    if path.is_symlink() or path.parent.is_symlink() or (path.exists() and not path.is_file()):
        raise NotOurs(
            f"{path} is not a regular file, so nothing was written. Replace it with a regular file."
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, data)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write_new(path: Path, data: bytes) -> None:
    """Write a file that is not there yet, as a whole or not at all.

    Raises OSError, FileExistsError when it is there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _drafted(path, data) as draft:
        os.link(draft, path)  # unlike a rename, it overwrites nothing


def replace_file(path: Path, data: bytes) -> None:
    """Write a file as a whole or not at all: a full disk or ^C leaves the old one."""
    with _drafted(path, data) as draft:
        os.replace(draft, path)  # noqa: PTH105 - it is a name here


@contextmanager
def _drafted(path: Path, data: bytes) -> Iterator[str]:
    """The name of a file beside the path that holds the data; it is gone in the end."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as draft:
            draft.write(data)
            draft.flush()
            os.fsync(draft.fileno())
        mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else _NEW_FILE & ~_umask()
        os.chmod(name, mode)  # noqa: PTH101 - it is a name here
        yield name
    finally:
        with suppress(FileNotFoundError):
            os.unlink(name)  # noqa: PTH108 - as above
