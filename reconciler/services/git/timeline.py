"""The timeline: everything that ever happened to every file, from two runs of git."""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from reconciler.history.commit_times import effective_times
from reconciler.history.events import stories
from reconciler.load.raw import CONFIG_BYTES, EXECUTABLE, REGULAR, Kind
from reconciler.load.version import read_escalation, read_policy
from reconciler.model.escalation import Escalation
from reconciler.model.policy import Policy
from reconciler.model.timeline import MainCommit, Timeline, Version
from reconciler.services.git.blobs import contents
from reconciler.services.git.command import SHALLOW, GitProblem, git, must, state
from reconciler.services.git.main_line import (
    DELETED,
    LogCommit,
    Touch,
    first_seen,
    log,
    main_commits,
)

_FILES: Final = frozenset({REGULAR, EXECUTABLE})
_KINDS: Final = frozenset({Kind.ESCALATION, Kind.POLICY})
_REWRITTEN: Final = (
    "The main line was rewritten: commit {0}, its latest before, is not on it any more, and what "
    "was counted and recorded rests on it. If main was forced back, or was merged into a branch "
    "that then became main, bring it back: git push --force-with-lease origin {0}:main, and merge "
    "what is new once more."
)

_OLDER: Final = (
    "This checkout is older than what was reconciled last, commit {0}; going on would undo what "
    "came since. Fetch, and check out the tip of main."
)


class _Read(NamedTuple):
    """What the blobs of history say, by their names; what cannot be read is left out."""

    escalations: dict[str, Escalation]
    policies: dict[str, Policy]

    def take(self, name: str, data: bytes, paths: Mapping[tuple[str, Kind], str]) -> None:
        """Read a blob as whatever the files with its bytes are."""
        if path := paths.get((name, Kind.ESCALATION)):
            escalation = read_escalation(path, data)
            if escalation is not None:
                self.escalations[name] = escalation
        if path := paths.get((name, Kind.POLICY)):
            policy = read_policy(path, data)
            if policy is not None:
                self.policies[name] = policy


def read_timeline(repo: Path, ref: str = "HEAD", now: datetime | None = None) -> Timeline:
    """Everything that the first-parent line of a revision tells."""
    with _keeping_everything():
        commits, known = _read_all(repo, ref)
        times = effective_times([commit.time for commit in commits], now or datetime.now(UTC))
        on_main = main_commits(commits, times)
        versions = tuple(_versions(commits, on_main, known.escalations))
        return Timeline(
            commits=tuple(on_main),
            versions=versions,
            policies=tuple(_policies(commits, on_main, known.policies)),
            events=stories(versions),
            arrivals=first_seen(commits, on_main),
        )


@contextmanager
def _keeping_everything() -> Iterator[None]:
    """Look for no garbage meanwhile: nearly everything that is made here stays."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def refuse_rewritten(repo: Path, last_commit: str) -> None:
    """Refuse to go on when the latest commit of before is not on the main line any more."""
    shallow, head = state(repo)
    if shallow:
        raise GitProblem(SHALLOW)
    code, out, _ = git(repo, "rev-parse", "--verify", "--quiet", f"{last_commit}^{{commit}}")
    sha = out.strip()
    if code == 0 and head is not None:
        ahead, _, _ = git(repo, "merge-base", "--is-ancestor", head, last_commit)
        if ahead == 0 and sha.decode("ascii") != head:
            raise GitProblem(_OLDER.format(last_commit[:12]))
    line = () if code != 0 or head is None else must(repo, "rev-list", "--first-parent", head)
    if sha not in (line.split() if isinstance(line, bytes) else line):
        raise GitProblem(_REWRITTEN.format(last_commit[:12]))


def _read_all(repo: Path, ref: str) -> tuple[list[LogCommit], _Read]:
    """The commits, oldest first, and each of their blobs, read once whatever files share it.

    Blobs are asked for as soon as the log names them, so that git looks for the next commits while
    we read. The latest comes first, which git keeps whole; what is older, as a difference from it.
    """
    commits: list[LogCommit] = []
    paths: dict[tuple[str, Kind], str] = {}

    def names() -> Iterator[str]:
        for commit in log(repo, ref):
            commits.append(commit)
            for touch in commit.touches:
                blob = (touch.object, touch.kind)
                if touch.mode in _FILES and touch.kind in _KINDS and blob not in paths:
                    paths[blob] = touch.path
                    yield touch.object

    read = _Read({}, {})
    for name, data in contents(repo, names(), CONFIG_BYTES):
        if data is not None:
            read.take(name, data, paths)
    return commits[::-1], read


def _versions(
    commits: list[LogCommit], on_main: list[MainCommit], known: Mapping[str, Escalation]
) -> Iterator[Version]:
    for commit, main in zip(commits, on_main, strict=True):
        # What a commit removes comes first: it may be what it adds somewhere else.
        for touch in sorted(commit.touches, key=_is_kept):
            if touch.kind is Kind.ESCALATION:
                path = touch.path
                ticket = path.rpartition("/")[2].removesuffix(".yaml")
                said = known.get(touch.object) if touch.mode in _FILES else None
                yield Version(ticket, path, main, said, not _is_kept(touch))


def _policies(
    commits: list[LogCommit], on_main: list[MainCommit], known: Mapping[str, Policy]
) -> Iterator[tuple[MainCommit, Policy]]:
    for commit, main in zip(commits, on_main, strict=True):
        for touch in commit.touches:
            if touch.kind is Kind.POLICY and touch.mode in _FILES and touch.object in known:
                yield main, known[touch.object]


def _is_kept(touch: Touch) -> bool:
    return touch.status != DELETED
