"""Reading the audit branch: its lines, and what each of its commits did."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from reconciler.model.audit import AuditLine
from reconciler.model.audit_branch import (
    CUT,
    FOLDER,
    PATH,
    Shape,
    Step,
    brought_by,
    read_lines,
    reconciled_commit,
)
from reconciler.model.audit_seal import AuditCommit, digest, is_sealed
from reconciler.model.consent_line import FOLDER as CONSENTS
from reconciler.model.consent_line import PATH as CONSENT_PATH
from reconciler.model.keyring import Keyring
from reconciler.services.git.blob_contents import contents
from reconciler.services.git.command import must
from reconciler.services.git.commit_objects import commit_message
from reconciler.services.git.committed_files import files_at
from reconciler.services.git.log import raw_log
from reconciler.services.git.trees_and_blobs import files_in, listing

_CAP: Final = 64 * 1024 * 1024
_WHOLE: Final = ("--reverse", "--no-relative", "--ignore-submodules=none")
_TOGETHER: Final = 500
"""How many commits are compared at a time."""


def last_reconciled(repo: Path, tip: str) -> str | None:
    """The commit of main that the latest commit of the branch names."""
    return reconciled_commit(commit_message(repo, tip))


def audit_lines(repo: Path, tip: str, ticket: str | None = None) -> Iterator[AuditLine]:
    """Every line of the branch, or those about one ticket."""

    def is_wanted(path: str) -> bool:
        found = PATH.fullmatch(path)
        return found is not None and (ticket is None or found["ticket"] == ticket)

    found = listing(repo, "--full-tree", tip, "--", FOLDER)
    names = {blob.path: blob.object for blob in found if is_wanted(blob.path)}
    data = dict(contents(repo, set(names.values()), _CAP))
    for path, name in names.items():
        yield from read_lines(path, _whole(data[name]))


def read_files(repo: Path, tip: str | None, paths: Sequence[str]) -> dict[str, bytes]:
    """The files at paths, as they are at a tip; what is not there is left out."""
    if tip is None or not paths:
        return {}
    found = files_at(repo, tip, paths, _CAP, from_top=True)
    return {path: _whole(data) for path, data in found.items()}


def _whole(data: bytes | None) -> bytes:
    """What a file holds; CUT if it is too large to be read, which no run can have made it."""
    return CUT if data is None else data


def consent_files(repo: Path, tip: str | None) -> list[bytes]:
    """The files about merged pull requests, as they are at a tip."""
    if tip is None:
        return []
    paths = [each for each in files_in(repo, tip, CONSENTS) if CONSENT_PATH.fullmatch(each)]
    return list(read_files(repo, tip, paths).values())


def audit_commits(repo: Path, tip: str) -> Iterator[AuditCommit]:
    """Every commit of the branch with what its seal covers, parents first."""
    return _sealed_parts(repo, steps(repo, tip), "--topo-order", tip)


def sealed_lines(repo: Path, tip: str | None, path: str, keyring: Keyring) -> frozenset[int]:
    """The numbers of the lines of an audit file that commits with a valid seal brought."""
    if tip is None:
        return frozenset()
    commits = brought_by(steps(repo, tip, path)).get(path, [])
    some = sorted(set(commits))
    if not some:
        return frozenset()
    found = _sealed_parts(repo, _steps(repo, "--no-walk", *some, "--"), "--no-walk", *some)
    sealed = {each.commit for each in found if is_sealed(keyring, each)}
    return frozenset(at for at, commit in enumerate(commits, start=1) if commit in sealed)


def _sealed_parts(repo: Path, touched: Iterable[Step], *which: str) -> Iterator[AuditCommit]:
    """Commits with what their seals cover."""
    written: dict[str, dict[str, str]] = {}
    for step in touched:
        written.setdefault(step.commit, {})[step.path] = digest(step.after)
    out = must(repo, "log", "--reverse", "-z", "--format=%H%n%P%n%B", *which, "--")
    for each in out.decode("utf-8", "replace").split("\0"):
        if each:
            commit, parents, message = each.split("\n", 2)
            yield AuditCommit(commit, parents, message, written.get(commit, {}))


def shapes(repo: Path, tip: str) -> Iterator[Shape]:
    """Every commit of the branch, whichever way it is reached."""
    for line in must(repo, "rev-list", "--parents", tip).decode("ascii").splitlines():
        commit, *parents = line.split()
        yield Shape(commit, tuple(parents))


def steps(repo: Path, tip: str, *paths: str) -> Iterator[Step]:
    """What each commit did to each file, or to those at paths, oldest first."""
    return _steps(repo, tip, "--", *paths)


def _steps(repo: Path, *which: str) -> Iterator[Step]:
    touched = (
        (commit.sha, touch) for commit in raw_log(repo, *_WHOLE, *which) for touch in commit.touches
    )
    while some := list(itertools.islice(touched, _TOGETHER)):
        blobs = (blob for _, each in some for blob in (each.before, each.object))
        data = dict(contents(repo, {blob for blob in blobs if blob.strip("0")}, _CAP))
        for commit, each in some:
            before, after = (
                _whole(data[blob]) if blob.strip("0") else b""
                for blob in (each.before, each.object)
            )
            yield Step(commit, each.status, each.mode, each.path, before, after)
