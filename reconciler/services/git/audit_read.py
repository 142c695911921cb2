"""Reading the audit branch: its lines, and what each of its commits did."""

import itertools
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from reconciler.model.audit import AuditLine
from reconciler.model.audit_branch import FOLDER, PATH, Shape, Step, Tips, read_lines
from reconciler.services.git.audit_remote import BRANCH, tip_there
from reconciler.services.git.audit_write import SEEN, includes, tip_here
from reconciler.services.git.blobs import contents, listing
from reconciler.services.git.command import GitProblem, complaint, git, must, resolve
from reconciler.services.git.main_line import raw_log
from reconciler.services.git.remote import Remote
from reconciler.services.git.revisions import object_at

_CAP: Final = 64 * 1024 * 1024
_WHOLE: Final = ("--reverse", "--no-relative", "--ignore-submodules=none")
_RECONCILED: Final = re.compile(r"reconciled at ([0-9a-f]{40,64})\.")
_TOGETHER: Final = 500
"""How many commits are compared at a time."""


def known_tip(repo: Path, remote: str | None) -> str | None:
    """The furthest that this clone knows of the branch, without asking the remote."""
    refs = [f"refs/remotes/{remote}/audit"] if remote else []
    known = [tip for ref in (*refs, BRANCH, SEEN) if (tip := tip_here(repo, ref)) is not None]
    whole = (tip for tip in known if all(includes(repo, tip, other) for other in known))
    return next(whole, known[0] if known else None)


def last_reconciled(repo: Path, tip: str) -> str | None:
    """The commit of main that the latest recorded run reconciled."""
    message = must(repo, "log", "-1", "--format=%B", tip, "--").decode("utf-8", "replace")
    found = _RECONCILED.search(message)
    return found[1] if found else None


def tips(repo: Path, asked: Remote | None, name: str | None) -> Tips:
    """Where the branch is: as seen before, here, and now, for which a remote is asked or not."""
    now = tip_there(asked) if asked else known_tip(repo, name)
    return Tips(tip_here(repo, SEEN) or "", tip_here(repo, BRANCH) or "", now or "")


def included(repo: Path, tip: str, commits: Iterable[str]) -> list[str]:
    """Those of the commits that a tip builds on."""
    return [each for each in commits if each and includes(repo, tip, each)]


def audit_lines(repo: Path, tip: str, ticket: str | None = None) -> Iterator[AuditLine]:
    """Every line of the branch, or those about one ticket."""
    names: dict[str, str] = {}
    for blob in listing(repo, "--full-tree", tip, "--", FOLDER):
        found = PATH.fullmatch(blob.path)
        if found is not None and (ticket is None or found["ticket"] == ticket):
            names[found[0]] = blob.object
    data = dict(contents(repo, set(names.values()), _CAP))
    for path, name in names.items():
        yield from read_lines(path, _whole(path, data[name]))


def _whole(path: str, data: bytes | None) -> bytes:
    """What a file holds, unless it is too large to be read."""
    if data is None:
        raise GitProblem(f"{path} on the audit branch has more than {_CAP:,} bytes")
    return data


def shapes(repo: Path, tip: str) -> Iterator[Shape]:
    """Every commit of the branch, whichever way it is reached."""
    for line in must(repo, "rev-list", "--parents", tip).decode("ascii").splitlines():
        commit, *parents = line.split()
        yield Shape(commit, tuple(parents))


def steps(repo: Path, tip: str) -> Iterator[Step]:
    """What each commit did to each file, oldest first."""
    touched = (
        (commit.sha, touch) for commit in raw_log(repo, *_WHOLE, tip) for touch in commit.touches
    )
    while some := list(itertools.islice(touched, _TOGETHER)):
        blobs = (blob for _, each in some for blob in (each.before, each.object))
        data = dict(contents(repo, {blob for blob in blobs if blob.strip("0")}, _CAP))
        for commit, each in some:
            before, after = (
                _whole(each.path, data[blob]) if blob.strip("0") else b""
                for blob in (each.before, each.object)
            )
            yield Step(commit, each.status, each.mode, each.path, before, after)


def main_tip(repo: Path, branch: str, remote: str | None) -> str:
    """The main branch as this clone knows it."""
    refs = [f"refs/heads/{branch}", *([f"refs/remotes/{remote}/{branch}"] if remote else [])]
    known = [tip for ref in refs if (tip := tip_here(repo, ref)) is not None]
    whole = (tip for tip in known if all(includes(repo, tip, other) for other in known))
    return next(whole, known[-1] if known else resolve(repo, "HEAD"))


def ancestors(repo: Path, commit: str) -> list[str]:
    """Every commit that a commit includes, itself among them."""
    return must(repo, "rev-list", commit).decode("ascii").split()


def file_at(repo: Path, ref: str, path: str) -> bytes | None:
    """A file as committed; None when there is none. Raises GitProblem if it cannot be read."""
    name = object_at(repo, ref, path)
    if name is None:
        return None
    code, out, err = git(repo, "cat-file", "blob", name)
    if code == 0:
        return out
    known, kind, _ = git(repo, "cat-file", "-t", name)
    if known == 0 and kind.strip() != b"blob":
        return None
    raise GitProblem(complaint(err))
