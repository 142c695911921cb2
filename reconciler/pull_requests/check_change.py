"""Findings of a change, judged by the policy and roster of its base revision."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from reconciler.check.check import judge, judge_config
from reconciler.check.rules.file import too_many
from reconciler.load.ended import has_ended, may_name
from reconciler.load.raw import POLICY_PATH, ROSTER_PATH, FileKind, RawFile, kind_of
from reconciler.load.snapshot import Loaded, load_snapshot
from reconciler.load.source import FileSource
from reconciler.model.acknowledgement import Reviews
from reconciler.model.finding import Finding
from reconciler.model.forge import Account
from reconciler.pull_requests.limits_of_change import limits_of_change
from reconciler.services.git.commits import merge_base, resolve
from reconciler.services.git.committed_files import read_revision
from reconciler.services.git.main_line import arrivals

_CONFIG: Final = frozenset({POLICY_PATH, ROSTER_PATH})


@dataclass(frozen=True)
class Judged:
    """Findings of a change, and how many files it changes."""

    findings: set[Finding]
    files: int
    loaded: Loaded
    paths: frozenset[str]
    """Paths of the files that differ."""


@dataclass(frozen=True)
class _Change:
    """A base, what is there now, and the paths of files that differ."""

    commit: str
    base: Loaded
    ours: Loaded
    paths: set[str]
    read: set[str]
    """Paths of the files that are there and were read."""


def judge_changes(  # noqa: PLR0913, PLR0917 - what there was, what there is, when, and from whom
    repo: Path,
    now: datetime,
    ref: str,
    raws: Sequence[RawFile],
    author: Account | None = None,
    reviews: Reviews | None = None,
    head: str = "HEAD",
) -> Judged:
    """Judge what differs from the commit where a head departed from a ref.

    Limits are judged as if the change were merged now. `author` is who proposes it; `reviews` are
    asked only if a limit depends on who acknowledged what is merged.
    """
    commit = merge_base(repo, ref, head if head == "HEAD" else resolve(repo, head))
    base = read_revision(repo, commit, raws)
    return judge_change(repo, now, commit, base, raws, author, reviews)


def judge_change(  # noqa: PLR0913, PLR0917 - what there was, what there is, when, and from whom
    repo: Path,
    now: datetime,
    commit: str,
    base: Sequence[RawFile],
    raws: Sequence[RawFile],
    author: Account | None = None,
    reviews: Reviews | None = None,
) -> Judged:
    """Judge what differs from the files of a commit.

    `reviews` show who acknowledged what is merged; without them that is unknown.
    """
    before = {raw.path: raw for raw in base}
    paths = {raw.path for raw in raws if raw != before.get(raw.path)}
    if POLICY_PATH in before and (finding := too_many(sorted(_escalations(paths)))):
        gone = before.keys() - {raw.path for raw in raws}
        return Judged({finding}, len(paths | gone), Loaded(), frozenset(paths | gone))
    change = _change(commit, base, raws)
    findings = set(_findings(repo, now, change, author, reviews))
    return Judged(findings, len(change.paths), change.ours, frozenset(change.paths))


def _escalations(paths: Iterable[str]) -> Iterator[str]:
    return (path for path in paths if kind_of(path) is FileKind.ESCALATION)


def _change(commit: str, base: Sequence[RawFile], raws: Sequence[RawFile]) -> _Change:
    before = {raw.path: raw for raw in base}
    paths = {raw.path for raw in raws if raw != before.get(raw.path)}
    paths |= before.keys() - {raw.path for raw in raws}
    count = _counting(base, raws, paths)
    theirs = load_snapshot(raw for raw in base if raw.path in count)
    ours = load_snapshot((raw for raw in raws if raw.path in count), theirs)
    others = {
        raw.path: FileSource(raw.path, raw.data)
        for raw in raws
        if raw.path not in count and kind_of(raw.path) is FileKind.ESCALATION
    }
    read = {raw.path for raw in raws if raw.path in count}
    return _Change(commit, theirs, replace(ours, sources={**others, **ours.sources}), paths, read)


def _counting(base: Sequence[RawFile], raws: Sequence[RawFile], changed: set[str]) -> set[str]:
    """Paths of the files that can affect the findings. The others need not be read.

    An ended, unchanged file counts only for the day on which it arrived, and its path is enough
    for that. It is read if it contains the ticket of a changed file.
    """
    if changed & _CONFIG:
        return {raw.path for raw in (*base, *raws)}
    snapshots = [
        load_snapshot(raw for raw in files if raw.path in changed) for files in (base, raws)
    ]
    tickets = frozenset(
        entry.escalation.ticket.encode() for snapshot in snapshots for entry in snapshot.entries
    )
    count = {raw.path for raw in raws if not has_ended(raw.data) or may_name(raw.data, tickets)}
    return count | changed | _CONFIG


def _findings(
    repo: Path,
    now: datetime,
    change: _Change,
    author: Account | None,
    reviews: Reviews | None,
) -> Iterator[Finding]:
    loaded, paths = change.ours, change.paths
    for finding in loaded.findings:
        if finding.position.path in paths or finding.rule == "file-missing":
            yield finding
    # Who may do what is read from the base, or a change could grant itself rights. Only the very
    # first change, which brings policy and roster, is judged by its own.
    policy = change.base.policy or loaded.policy
    roster = change.base.roster or loaded.roster
    theirs = replace(change.base, policy=policy, roster=roster).snapshot
    ours = replace(loaded, policy=policy, roster=roster).snapshot
    if ours is None or theirs is None:
        return
    if loaded.snapshot is not None and not paths.isdisjoint(_CONFIG):
        arrived = arrivals(repo, change.commit, now)
        yield from judge_config(loaded.snapshot, arrived, now, loaded.sources)
    merged = limits_of_change(
        repo, change.commit, now, (theirs, ours), loaded, paths, change.read, reviews
    )
    yield from judge(ours, {}, now, theirs, loaded.sources, author, merged)
