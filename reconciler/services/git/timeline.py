"""The timeline: everything that ever happened to every file, from two runs of git."""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from sys import intern
from typing import Final, NamedTuple

from reconciler.history.commit_times import effective_times
from reconciler.history.events import TicketEvents
from reconciler.load.raw import CONFIG_BYTES, FileKind, ticket_of
from reconciler.load.version import read_escalation, read_policy
from reconciler.model.escalation import Escalation
from reconciler.model.policy import Policy
from reconciler.model.timeline import ConfigVersion, MainCommit, Timeline, Version
from reconciler.services.git.blob_contents import contents
from reconciler.services.git.log import DELETED, LogCommit, Touch, log
from reconciler.services.git.main_line import FILES, first_arrivals, main_commits

_KINDS: Final = frozenset({FileKind.ESCALATION, FileKind.POLICY})


class _Read(NamedTuple):
    """What the blobs of history say, by their names; what cannot be read is left out."""

    known: Mapping[bytes, Escalation]
    """What was read before, by its bytes: most files are still as their latest version."""
    escalations: dict[str, Escalation]
    policies: dict[str, Policy]

    def take(self, name: str, data: bytes, paths: Mapping[tuple[str, FileKind], str]) -> None:
        """Read a blob as whatever the files with its bytes are."""
        if path := paths.get((name, FileKind.ESCALATION)):
            escalation = self.known.get(data) or read_escalation(path, data)
            if escalation is not None:
                self.escalations[name] = escalation
        if path := paths.get((name, FileKind.POLICY)):
            policy = read_policy(path, data)
            if policy is not None:
                self.policies[name] = policy


def read_timeline(
    repo: Path,
    ref: str = "HEAD",
    now: datetime | None = None,
    known: Mapping[bytes, Escalation] | None = None,
) -> Timeline:
    """Everything that the first-parent line of a revision tells.

    `known` are escalations that were read from the same bytes: see `load.snapshot.Loaded.by_bytes`.
    """
    with _keeping_everything():
        commits, read = _read_all(repo, ref, known or {})
        times = effective_times([commit.time for commit in commits], now or datetime.now(UTC))
        on_main = main_commits(commits, times)
        versions = tuple(_versions(commits, on_main, read.escalations))
        return Timeline(
            commits=tuple(on_main),
            versions=versions,
            policies=tuple(_policies(commits, on_main, read.policies)),
            configs=tuple(_configs(commits, on_main)),
            events=TicketEvents(versions),
            arrivals=first_arrivals(commits, on_main),
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


def _read_all(
    repo: Path, ref: str, known: Mapping[bytes, Escalation]
) -> tuple[list[LogCommit], _Read]:
    """The commits, oldest first, and each of their blobs, read once whatever files share it.

    Blobs are asked for as soon as the log names them, so that git looks for the next commits while
    we read. The latest comes first, which git keeps whole; what is older, as a difference from it.
    """
    commits: list[LogCommit] = []
    paths: dict[tuple[str, FileKind], str] = {}

    def names() -> Iterator[str]:
        for commit in log(repo, ref):
            commits.append(commit)
            for touch in commit.touches:
                blob = (touch.object, touch.kind)
                if touch.mode in FILES and touch.kind in _KINDS and blob not in paths:
                    paths[blob] = touch.path
                    yield touch.object

    read = _Read(known, {}, {})
    for name, data in contents(repo, names(), CONFIG_BYTES):
        if data is not None:
            read.take(name, data, paths)
    return commits[::-1], read


def _versions(
    commits: list[LogCommit], on_main: list[MainCommit], known: Mapping[str, Escalation]
) -> Iterator[Version]:
    """Each version of each ticket. Of two files of one ticket, the one that came first counts.

    Removing it lets the other one count. A file that names another ticket can't be read.
    """
    present: dict[str, dict[str, str]] = {}
    for commit, main in zip(commits, on_main, strict=True):
        # What a commit removes comes first: it may be what it adds somewhere else.
        for touch in sorted(commit.touches, key=_is_kept):
            if touch.kind is FileKind.ESCALATION:
                ticket = intern(ticket_of(touch.path))
                files = present.setdefault(ticket, {})
                before = next(iter(files), touch.path)
                if _is_kept(touch):
                    files[touch.path] = touch.object if touch.mode in FILES else ""
                else:
                    files.pop(touch.path, None)
                path = next(iter(files), touch.path)
                if path == before != touch.path:
                    continue  # a file that does not count
                if not _is_kept(touch):
                    yield Version(ticket, touch.path, main, None, gone=True)
                if files:
                    yield Version(ticket, path, main, _named(known.get(files[path]), ticket))


def _named(escalation: Escalation | None, ticket: str) -> Escalation | None:
    """An escalation of the ticket after which its file is named; None if it is another's."""
    return escalation if escalation is not None and escalation.ticket == ticket else None


def _policies(
    commits: list[LogCommit], on_main: list[MainCommit], known: Mapping[str, Policy]
) -> Iterator[tuple[MainCommit, Policy]]:
    for commit, main in zip(commits, on_main, strict=True):
        for touch in commit.touches:
            if touch.kind is FileKind.POLICY and touch.mode in FILES and touch.object in known:
                yield main, known[touch.object]


def _configs(commits: list[LogCommit], on_main: list[MainCommit]) -> Iterator[ConfigVersion]:
    for commit, main in zip(commits, on_main, strict=True):
        for touch in commit.touches:
            if touch.kind in {FileKind.POLICY, FileKind.ROSTER}:
                blob = touch.object if _is_kept(touch) and touch.mode in FILES else ""
                yield ConfigVersion(main, touch.path, blob)


def _is_kept(touch: Touch) -> bool:
    return touch.status != DELETED
