"""git: our files at a revision, and when they arrived. Reads only."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from reconciler.history.commit_times import effective_times
from reconciler.load.raw import CONFIG_BYTES, SUBMODULE, SYMLINK, RawFile, cap_of
from reconciler.model.arrival import Arrival
from reconciler.services.git.blobs import Blob, contents, tree
from reconciler.services.git.command import SHALLOW, GitProblem, git, must, resolve, state
from reconciler.services.git.main_line import Touch, first_seen, log, main_commits
from reconciler.services.git.work_tree import NotOurs, read_worktree

__all__ = [
    "GitProblem",
    "arrivals",
    "changed_files",
    "config_email",
    "differs",
    "head_commit",
    "is_dirty",
    "merge_base",
    "object_at",
    "read_revision",
    "resolve",
    "touched_since",
]

_MOST_BYTES: Final = 128 * 1024 * 1024


def head_commit(repo: Path) -> str | None:
    """The commit that is checked out; None outside git and before the first commit."""
    _, sha = state(repo)
    return sha


def config_email(repo: Path) -> str:
    """The e-mail address by which git knows the user, in lower case; empty if it knows none."""
    code, out, _ = git(repo, "config", "--get", "user.email")
    return out.decode("utf-8", "replace").strip().lower() if code == 0 else ""


def merge_base(repo: Path, ref: str, head: str = "HEAD") -> str:
    """The commit from which a head departed from a ref."""
    base = resolve(repo, ref)
    shallow, _ = state(repo)
    if shallow:
        raise GitProblem(SHALLOW)
    code, out, _ = git(repo, "merge-base", base, head)
    if code != 0:
        raise GitProblem(
            f"{ref} and {head} have no common history. Give a --base that {head} departed from."
        )
    return out.decode("ascii").split()[0]


def read_revision(repo: Path, ref: str, known: Iterable[RawFile] = ()) -> list[RawFile]:
    """Read policy, roster and everything under escalations/ as committed, in order of path.

    What has the same bytes in a known file of the same path is taken from there.
    """
    blobs = list(tree(repo, resolve(repo, ref)))
    data: dict[str, bytes | None] = dict(_unchanged(blobs, known))
    wanted = {blob.object: blob.size for blob in blobs if blob.is_read and blob.object not in data}
    if sum(wanted.values()) > _MOST_BYTES:
        raise GitProblem(f"The files of {ref} are larger than {_MOST_BYTES:,} bytes together.")
    data.update(contents(repo, wanted, CONFIG_BYTES))
    return [
        RawFile(
            blob.path,
            data.get(blob.object) or b"",
            blob.mode,
            -1 if blob.is_read else blob.size,
        )
        for blob in sorted(blobs)
    ]


def changed_files(repo: Path, base: str, head: str) -> dict[str, RawFile | None]:
    """What a commit has of our files that differs from another one; None for what it lacks.

    Both are given by their full names. Nothing is checked out.
    """
    before, after = ({blob.path: blob for blob in tree(repo, sha)} for sha in (base, head))
    changed = [blob for path, blob in after.items() if before.get(path) != blob]
    wanted = {blob.object: blob.size for blob in changed if blob.is_read}
    if sum(wanted.values()) > _MOST_BYTES:
        raise GitProblem(
            f"The files of {head[:12]} are larger than {_MOST_BYTES:,} bytes together."
        )
    data = dict(contents(repo, wanted, CONFIG_BYTES))
    found: dict[str, RawFile | None] = dict.fromkeys(before.keys() - after.keys())
    for blob in changed:
        size = -1 if blob.is_read else blob.size
        found[blob.path] = RawFile(blob.path, data.get(blob.object) or b"", blob.mode, size)
    return found


def object_at(repo: Path, commit: str, path: str) -> str | None:
    """The name of what a commit has at a path; None when there is nothing."""
    asked = f"{commit}:./{path}"
    code, out, _ = git(repo, "rev-parse", "--verify", "--quiet", "--end-of-options", asked)
    return out.decode("ascii").strip() if code == 0 else None


def _unchanged(blobs: Iterable[Blob], known: Iterable[RawFile]) -> Iterator[tuple[str, bytes]]:
    here = {raw.path: raw.data for raw in known}
    for blob in blobs:
        data = here.get(blob.path)
        if data is not None and len(data) == blob.size and _name(data, blob) == blob.object:
            yield blob.object, data


def arrivals(repo: Path, ref: str = "HEAD", now: datetime | None = None) -> dict[str, Arrival]:
    """When each escalation file first appeared on the first-parent line of a revision.

    A commit's own dates can be forged: `history.commit_times` says which time counts.
    """
    commits = list(log(repo, ref))[::-1]
    times = effective_times([commit.time for commit in commits], now or datetime.now(UTC))
    return first_seen(commits, main_commits(commits, times))


def touched_since(repo: Path, ref: str, now: datetime, since: datetime) -> list[Touch]:
    """What the commits of the first-parent line did to our files since then."""
    sha = resolve(repo, ref)
    stamps = must(repo, "rev-list", "--first-parent", "--timestamp", sha).splitlines()
    times = effective_times([int(stamp.split()[0]) for stamp in reversed(stamps)], now)
    late = sum(at >= since for at in times)
    if not late:
        return []
    return [touch for each in log(repo, sha, f"--max-count={late}") for touch in each.touches]


def is_dirty(repo: Path) -> bool:
    """Whether our files differ from HEAD.

    Compared by content: `git status` would run the filters that a repository configures.
    """
    try:
        return differs(repo, read_worktree(repo))
    except NotOurs:
        return differs(repo, ())


def differs(repo: Path, files: Iterable[RawFile], commit: str | None = None) -> bool:
    """Whether files differ from those of a commit, or of HEAD. Compared by content."""
    sha = commit or head_commit(repo)
    here = {raw.path: raw for raw in files if raw.mode != SYMLINK}
    if sha is None:
        return bool(here)
    there = {blob.path: blob for blob in tree(repo, sha) if blob.mode not in {SYMLINK, SUBMODULE}}
    return here.keys() != there.keys() or any(
        not _is_same(raw, there[path]) for path, raw in here.items()
    )


def _is_same(raw: RawFile, blob: Blob) -> bool:
    if raw.bytes > cap_of(raw.path):
        return raw.bytes == blob.size
    # Windows checks files out with its own line ends.
    forms = (raw.data, raw.data.replace(b"\r\n", b"\n"))
    return any(_name(data, blob) == blob.object for data in forms)


def _name(data: bytes, blob: Blob) -> str:
    """What git would call a blob of these bytes, in a repository where the other one is."""
    make = hashlib.sha1 if len(blob.object) == 40 else hashlib.sha256  # noqa: PLR2004 - hex digits
    return make(b"blob %d\x00" % len(data) + data).hexdigest()
