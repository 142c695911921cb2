"""Writing to the audit branch: without a checkout, and never over what somebody else wrote.

The new commit is made in the object store and offered on top of the tip that was read. Whoever
comes second is refused, reads the new tip, adds its lines again and offers that.
"""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import SystemRandom
from typing import Final

from reconciler.model.audit import READER, FiledRecord
from reconciler.model.audit_branch import grown, line_of
from reconciler.redaction import redact_tokens
from reconciler.services.git.audit_branch import BRANCH, notice, tip_there
from reconciler.services.git.audit_read import read_files
from reconciler.services.git.audit_unrecorded import Unrecorded
from reconciler.services.git.command import GitProblem, git
from reconciler.services.git.commits import known_commit
from reconciler.services.git.new_commit import NewCommit, written
from reconciler.services.git.remote import Remote

_OVERTAKEN: Final = re.compile(
    r"\[rejected\]|failed to update ref|cannot lock ref|reference already exists"
    r"|incorrect old value|failed to lock",
)
_ATTEMPTS: Final = 12
_READINGS: Final = 4
_SHORTEST, _LONGEST = 0.1, 3.0
_chance = SystemRandom()


@dataclass(frozen=True)
class Recorded:
    """What came of recording."""

    lines: int
    commit: str = ""
    """The tip that has the lines; empty when there was nothing to record."""
    problem: str = ""
    """Why nothing could be recorded."""
    kept_in: Path | None = None
    """The file that keeps the lines for the next run."""
    warning: str = ""


def record(
    repo: Path,
    entries: Sequence[FiledRecord],
    remote: Remote | None,
    at: datetime,
    sleep: Callable[[float], None] = time.sleep,
) -> Recorded:
    """Add lines to the audit branch, and those that an earlier run had to keep.

    When that is impossible, they are kept, and the answer says so.
    """
    entries = [_clean(entry) for entry in entries]
    unrecorded = Unrecorded(repo)
    kept, late = unrecorded.read()
    try:
        tip, lines = _append(repo, [*late, *entries], remote, at, sleep)
    except GitProblem as problem:
        return _kept(unrecorded, entries, len(late), redact_tokens(str(problem)))
    unrecorded.drop(kept)
    warning = "" if tip is None or notice(repo, tip) else _rewritten()
    return Recorded(lines, tip or "", warning=warning)


def _kept(
    unrecorded: Unrecorded, entries: Sequence[FiledRecord], late: int, problem: str
) -> Recorded:
    try:
        unrecorded.keep(entries)
    except (GitProblem, OSError) as error:
        return Recorded(
            len(entries), problem=f"{problem}; the lines could not be saved either: {error}"
        )
    return Recorded(late + len(entries), problem=problem, kept_in=unrecorded.path)


def _clean(entry: FiledRecord) -> FiledRecord:
    """The last look for tokens before a line is kept for ever."""
    line = line_of(entry.record).decode("ascii")
    clean = redact_tokens(line)
    return entry if clean == line else FiledRecord(entry.path, READER.validate_json(clean))


def _rewritten() -> str:
    return (
        "the audit branch lacks commits that this clone has seen; check it with: "
        "escalate history --verify"
    )


def _append(
    repo: Path,
    entries: Sequence[FiledRecord],
    remote: Remote | None,
    at: datetime,
    sleep: Callable[[float], None],
) -> tuple[str | None, int]:
    """The tip that has all entries, and how many lines are new in it."""
    paths = sorted({entry.path for entry in entries})
    for attempt in range(_ATTEMPTS):
        tip = (tip_there(remote) if remote else None) or known_commit(repo, BRANCH)
        old = _read_patiently(repo, tip, paths, sleep)
        new = grown(old, entries)
        if not new:
            return tip, 0
        lines = _count(new) - _count({path: old.get(path, b"") for path in new})
        if commit := _offer(repo, remote, NewCommit(tip, new, _message(entries, lines), at)):
            return commit, lines
        sleep(_pause(attempt))
    raise GitProblem(f"another run wrote to the audit branch at each of {_ATTEMPTS} attempts")


def _pause(attempt: int) -> float:
    return min(_LONGEST, _SHORTEST * (1 << attempt)) * _chance.uniform(0.5, 1.0)


def _count(files: Mapping[str, bytes]) -> int:
    return sum(content.count(b"\n") for content in files.values())


def _message(entries: Sequence[FiledRecord], lines: int) -> str:
    last = entries[-1].record
    tickets = len({entry.record.ticket for entry in entries})
    return (
        f"Record run {last.run}\n\n{lines} line(s) on {tickets} escalation(s),"
        f" reconciled at {last.commit}.\n"
    )


def _offer(repo: Path, remote: Remote | None, draft: NewCommit) -> str | None:
    """Commit files on top of a tip; None when somebody else was faster."""
    with written(repo, draft) as commit:
        if remote is not None:
            done = _is_pushed(remote, commit)
        else:
            code, _, _ = git(repo, "update-ref", BRANCH, commit, draft.tip or "0" * len(commit))
            done = code == 0
    return commit if done else None


def _is_pushed(remote: Remote, commit: str) -> bool:
    """Whether a push made the commit the tip; False if somebody else pushed in between."""
    refusal = remote.push(commit, BRANCH)
    if refusal is not None and not _OVERTAKEN.search(refusal):
        raise GitProblem(f"{remote.name} refuses the audit branch: {refusal[:200]}")
    return refusal is None


def _read_patiently(
    repo: Path, tip: str | None, paths: Sequence[str], sleep: Callable[[float], None]
) -> dict[str, bytes]:
    """Read; a commit can be there before its files while another run of this clone fetches it."""
    for attempt in range(_READINGS):
        try:
            return read_files(repo, tip, paths)
        except GitProblem:
            sleep(_pause(attempt))
    return read_files(repo, tip, paths)
