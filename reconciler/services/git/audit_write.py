"""Writing to the audit branch: without a checkout, and never over what somebody else wrote.

The new commit is made in the object store and offered on top of the tip that was read. Whoever
comes second is refused, reads the new tip, adds its lines again and offers that.
"""

import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import SystemRandom
from typing import Final, NamedTuple

from reconciler.model.audit import READER, FiledRecord
from reconciler.model.audit_branch import CUT, grown, line_of, record_message, repeated
from reconciler.model.audit_seal import sealed_message
from reconciler.model.keyring import Keyring
from reconciler.redaction import redact_tokens
from reconciler.services.git.audit_branch import BRANCH, noted, notice, tip_there
from reconciler.services.git.audit_read import read_files, sealed_lines
from reconciler.services.git.audit_unrecorded import Unrecorded
from reconciler.services.git.command import GitProblem, git
from reconciler.services.git.commits import known_commit
from reconciler.services.git.new_commit import NewCommit, RefUpdate, written
from reconciler.services.git.remote import Remote

_OVERTAKEN: Final = re.compile(
    r"\[rejected\]|failed to update ref|cannot lock ref|reference already exists"
    r"|incorrect old value|failed to lock",
)
_UNSIGNED: Final = re.compile(r"verified signatures?", re.IGNORECASE)
"""Source: https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/\
managing-rulesets/available-rules-for-rulesets#require-signed-commits"""
_ATTEMPTS: Final = 12
_READINGS: Final = 4
_SHORTEST, _LONGEST = 0.1, 3.0
_chance = SystemRandom()


@dataclass(frozen=True)
class Reader:
    """Reads the branch as it is at the tip that is built on."""

    repo: Path
    tip: str | None
    sleep: Callable[[float], None] = time.sleep

    def __call__(self, paths: Sequence[str]) -> Mapping[str, bytes]:
        """The files at paths; what is not there is left out."""
        return _read_patiently(self.repo, self.tip, self.sleep, paths)

    def sealed_lines(self, path: str, keyring: Keyring) -> frozenset[int]:
        """The numbers of the lines of an audit file that runs wrote, by their seals."""
        return sealed_lines(self.repo, self.tip, path, keyring)


class Edit(NamedTuple):
    """New contents of files of the branch, and the message of the commit that brings them."""

    files: Mapping[str, bytes]
    message: str


@dataclass(frozen=True)
class Content:
    """What a commit of the branch is to hold."""

    entries: Sequence[FiledRecord]
    """Lines; those that are there already are left out."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Whole contents of files that hold no lines."""
    title: Callable[[int], str] | None = None
    """The message of the commit, by how many lines it adds."""

    def message(self, lines: int) -> str:
        """The message of the commit."""
        if self.title is not None:
            return self.title(lines)
        last = self.entries[-1].record
        tickets = len({entry.record.ticket for entry in self.entries})
        return record_message(last.run, lines, tickets, last.commit)


Compose = Callable[[Reader, Sequence[FiledRecord]], Content | None]
"""What to commit for lines, by what the branch has at its tip; None for nothing."""


Refs = Callable[[str], Iterable[RefUpdate]]
"""Which refs of this clone are to change when a commit is on the branch."""


def _no_refs(_: str) -> tuple[RefUpdate, ...]:
    return ()


class _Added(NamedTuple):
    files: Mapping[str, bytes]
    lines: int
    cut: tuple[str, ...]
    """Files that were too large to be read."""


def _only_lines(_: Reader, entries: Sequence[FiledRecord]) -> Content:
    return Content(entries)


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


def record(  # noqa: PLR0913 - where, what, and when
    repo: Path,
    entries: Sequence[FiledRecord],
    remote: Remote | None,
    at: datetime,
    sleep: Callable[[float], None] = time.sleep,
    *,
    compose: Compose = _only_lines,
    believed: str | None = None,
    keyring: Keyring | None = None,
    reconciled: str = "",
) -> Recorded:
    """Add lines to the audit branch, and those that an earlier run had to keep.

    `compose` returns what else the commit changes. If it is impossible to record, the lines are
    kept, and the answer says so. This clone remembers the commit of main that is `reconciled`.
    """
    entries = [_clean(entry) for entry in entries]
    try:
        unrecorded = Unrecorded(repo)
        kept, late = unrecorded.read()
    except (GitProblem, OSError) as problem:
        return Recorded(len(entries), problem=f"{problem}; the lines could not be saved either")
    lines, composed, cut = 0, False, tuple[str, ...]()

    def make(read: Reader) -> Edit | None:
        nonlocal lines, composed, cut
        content = compose(read, [*late, *entries])
        lines, composed = 0, content is not None
        if content is None:
            return None
        added = _added(read, content.entries, keyring)
        lines, cut = added.lines, added.cut
        if not added.files and not content.files:
            return None
        return Edit({**added.files, **content.files}, content.message(lines))

    try:
        tip = publish(
            repo,
            remote,
            make,
            at,
            sleep,
            believed=believed,
            keyring=keyring,
            refs=lambda commit: noted(repo, commit, reconciled),
        )
    except (GitProblem, OSError) as problem:
        return _kept(unrecorded, entries, len(late), redact_tokens(str(problem)))
    if composed:
        unrecorded.drop(kept)
    warnings = [_replaced(path) for path in cut]
    if tip is not None and not notice(repo, tip):
        warnings.append(_rewritten())
    return Recorded(lines, tip or "", warning="\n".join(warnings))


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


def _replaced(path: str) -> str:
    return (
        f"the file {path} on the branch audit was too large to be read. This run has begun it "
        "again; git keeps what it held. Find out who wrote it: escalate history --verify"
    )


def _rewritten() -> str:
    return (
        "the audit branch lacks commits that this clone has seen; check it with: "
        "escalate history --verify"
    )


def publish(  # noqa: PLR0913 - where, what, and when
    repo: Path,
    remote: Remote | None,
    make: Callable[[Reader], Edit | None],
    at: datetime,
    sleep: Callable[[float], None] = time.sleep,
    *,
    believed: str | None = None,
    keyring: Keyring | None = None,
    refs: Refs = _no_refs,
) -> str | None:
    """Put an edit on top of the branch; the new tip, or the present one if there is no edit.

    `make` returns the edit for the files as they are at a tip. If another run is faster, it is
    asked again. With `believed`, that tip is tried first, without asking the remote. With
    `keyring`, the commit is sealed. `refs` are those of this clone that change with it.
    """
    for attempt in range(_ATTEMPTS):
        tip = believed if believed and not attempt else _tip(repo, remote)
        read = Reader(repo, tip, sleep)
        edit = make(read)
        if edit is None:
            return tip
        if keyring is not None:
            edit = _sealed(edit, tip, read, keyring)
        if commit := _offer(repo, remote, NewCommit(tip, edit.files, edit.message, at), refs):
            return commit
        sleep(_pause(attempt))
    raise GitProblem(f"another run wrote to the audit branch at each of {_ATTEMPTS} attempts")


def _sealed(edit: Edit, tip: str | None, read: Reader, keyring: Keyring) -> Edit:
    """The edit with a seal, and without files that are like this already."""
    old = read(sorted(edit.files))
    files = {path: data for path, data in edit.files.items() if old.get(path) != data}
    return Edit(files, sealed_message(keyring, tip or "", files, edit.message))


def _tip(repo: Path, remote: Remote | None) -> str | None:
    return (tip_there(remote) if remote else None) or known_commit(repo, BRANCH)


def _added(read: Reader, entries: Sequence[FiledRecord], keyring: Keyring | None) -> _Added:
    """The audit files with lines that they lack. A line that no run sealed is not there."""
    old = read(sorted({entry.path for entry in entries}))
    doubtful: dict[str, frozenset[int]] = {}
    if keyring is not None:
        for path, numbers in repeated(old, entries).items():
            doubtful[path] = numbers - read.sealed_lines(path, keyring)
    new = grown(old, entries, doubtful)
    lines = _count(new) - _count({path: old.get(path, b"") for path in new})
    return _Added(new, lines, tuple(path for path in new if old.get(path) == CUT))


def _pause(attempt: int) -> float:
    return min(_LONGEST, _SHORTEST * (1 << attempt)) * _chance.uniform(0.5, 1.0)


def _count(files: Mapping[str, bytes]) -> int:
    return sum(content.count(b"\n") for content in files.values())


def _offer(repo: Path, remote: Remote | None, draft: NewCommit, refs: Refs) -> str | None:
    """Commit files on top of a tip; None when somebody else was faster."""
    with written(repo, draft) as new:
        commit = new.commit
        if remote is not None:
            done = _is_pushed(remote, commit)
        else:
            code, _, _ = git(repo, "update-ref", BRANCH, commit, draft.tip or "0" * len(commit))
            done = code == 0
        if done:
            with suppress(GitProblem):  # whoever needs them looks later whether they changed
                new.refs.extend(refs(commit))
    return commit if done else None


def _is_pushed(remote: Remote, commit: str) -> bool:
    """Whether a push made the commit the tip; False if somebody else pushed in between."""
    refusal = remote.push(commit, BRANCH)
    if refusal is not None and _UNSIGNED.search(refusal):
        raise GitProblem(
            f"{remote.name} refuses the audit branch, because a rule requires signed commits. The"
            " commits of the tool have a seal and no signature. Exclude the branch audit from that"
            " rule, or put the tool's account on its bypass list"
        )
    if refusal is not None and not _OVERTAKEN.search(refusal):
        raise GitProblem(f"{remote.name} refuses the audit branch: {refusal[:200]}")
    return refusal is None


def _read_patiently(
    repo: Path, tip: str | None, sleep: Callable[[float], None], paths: Sequence[str]
) -> dict[str, bytes]:
    """Read; a commit can be there before its files while another run of this clone fetches it."""
    for attempt in range(_READINGS):
        try:
            return read_files(repo, tip, paths)
        except GitProblem:
            sleep(_pause(attempt))
    return read_files(repo, tip, paths)
