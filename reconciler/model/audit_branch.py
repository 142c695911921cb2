"""The audit branch as values: lines of files that only grow, and what its commits did."""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC
from typing import Final, NamedTuple

from pydantic import ValidationError

from reconciler.model.audit import (
    READER,
    AcknowledgementRecord,
    AdmissionRecord,
    AuditLine,
    ChangeRecord,
    FiledRecord,
    OutcomeRecord,
    Record,
)

FOLDER: Final = "audit"
PATH: Final = re.compile(
    r"audit/(?P<year>[0-9]{4})/(?P<ticket>[A-Z][A-Z0-9_]{1,9}-[1-9][0-9]*)\.jsonl"
)
CUT: Final = b'"This file was too large to be read."\n'
"""Stands for such a file. A run writes its lines after this one, and git keeps the rest."""
_OF_FILE: Final = re.compile(r"^escalations/([0-9]{4})/")
_RECONCILED: Final = re.compile(r"reconciled at ([0-9a-f]{40,64})\.")
_MOMENTS: Final = frozenset({"at", "since", "acknowledged_at", "ready_at"})
_OF_RUN: Final = frozenset({"at", "run", "commit", "late"})


class Step(NamedTuple):
    """What one commit of the branch did to one file."""

    commit: str
    status: str
    """git's letter: A, M, D or T."""
    mode: str
    path: str
    before: bytes
    after: bytes


class Shape(NamedTuple):
    """A commit and its parents."""

    commit: str
    parents: tuple[str, ...]


class Tips(NamedTuple):
    """Where the branch is; empty where there is none."""

    seen: str
    """The latest commit that this clone has fetched."""
    here: str
    """This clone's own branch."""
    now: str
    """What is looked at: the remote's branch, as far as there is one."""


def path_of(file: str, ticket: str, year: int) -> str:
    """The audit file of an escalation: in the same year's folder as its own file."""
    found = _OF_FILE.match(file)
    return f"{FOLDER}/{found[1] if found else f'{year:04}'}/{ticket}.jsonl"


def record_message(run: str, lines: int, tickets: int, commit: str) -> str:
    """The message of the commit with which a run records what it did."""
    at = f", reconciled at {commit}" if commit else ""
    return f"Record run {run}\n\n{lines} line(s) on {tickets} escalation(s){at}.\n"


def lease_message(run: str, desks: Iterable[str], changes: int, commit: str) -> str:
    """The message of the commit with which a run takes the leases of desks."""
    at = f", to be reconciled at {commit}" if commit else ""
    return f"Lease {', '.join(desks)} to run {run}\n\n{changes} change(s) planned{at}.\n"


def reconciled_commit(message: str) -> str | None:
    """The commit of main that the message of a commit of the branch names."""
    found = _RECONCILED.search(message)
    return found[1] if found else None


def line_of(record: Record) -> bytes:
    """A record as a line; ASCII, so that no tool can see another end of a line in it."""
    shown = record.model_dump(mode="json", exclude_none=True)
    for name in _MOMENTS & shown.keys():
        shown[name] = getattr(record, name).astimezone(UTC).isoformat(timespec="seconds")
    kept = {key: value for key, value in shown.items() if value not in ("", [], False)}
    return json.dumps(kept, separators=(",", ":")).encode("ascii") + b"\n"


def read_lines(path: str, content: bytes) -> Iterator[AuditLine]:
    """The lines of an audit file."""
    for number, line in enumerate(content.removesuffix(b"\n").split(b"\n"), start=1):
        try:
            yield AuditLine(path, number, READER.validate_json(line))
        except ValidationError:
            yield AuditLine(path, number, None)


def brought_by(steps: Iterable[Step]) -> dict[str, list[str]]:
    """The commit that brought each line of each file.

    `steps` are the oldest first. From the first line that a commit changes, the lines are its own.
    """
    found: dict[str, list[str]] = {}
    for step in steps:
        if PATH.fullmatch(step.path) is None:
            continue
        before, after = step.before.splitlines(), step.after.splitlines()
        kept = next(
            (at for at, (old, new) in enumerate(zip(before, after, strict=False)) if old != new),
            min(len(before), len(after)),
        )
        known = found.get(step.path, [])[:kept]
        found[step.path] = [*known, *[step.commit] * (len(after) - len(known))]
    return found


def repeated(
    files: Mapping[str, bytes], entries: Iterable[FiledRecord]
) -> dict[str, frozenset[int]]:
    """The numbers of the lines of files that are the same as new ones, by path."""
    new: dict[str, set[bytes]] = {}
    for entry in entries:
        new.setdefault(entry.path, set()).add(_on_time(entry.record))
    found = {
        path: frozenset(
            line.number
            for line in read_lines(path, files.get(path, b""))
            if line.record is not None and _on_time(line.record) in lines
        )
        for path, lines in new.items()
    }
    return {path: numbers for path, numbers in found.items() if numbers}


def grown(
    files: Mapping[str, bytes],
    entries: Iterable[FiledRecord],
    doubtful: Mapping[str, Collection[int]] | None = None,
) -> dict[str, bytes]:
    """The files that get longer, each with its new content.

    A line is never written twice, unless the number of the first one is among the `doubtful` ones.
    An admission, an acknowledgement or a problem is written only if it differs from the last one.
    """
    by_path: dict[str, list[Record]] = {}
    for entry in entries:
        by_path.setdefault(entry.path, []).append(entry.record)
    found = {}
    for path, new in by_path.items():
        old = files.get(path, b"")
        ignored = (doubtful or {}).get(path, ())
        if added := b"".join(_added(path, old, new, ignored)):
            whole = old if not old or old.endswith(b"\n") else old + b"\n"
            found[path] = whole + added
    return found


def _added(
    path: str, old: bytes, new: Iterable[Record], doubtful: Collection[int]
) -> Iterator[bytes]:
    lines = read_lines(path, old) if old else ()
    recorded = [line.record for line in lines if line.record and line.number not in doubtful]
    seen = {_on_time(record) for record in recorded}
    last = {record.kind: record for record in recorded}
    for record in new:
        key = _on_time(record)
        if key in seen or _is_recorded(record, last.get(record.kind)):
            continue
        seen.add(key)
        last[record.kind] = record
        yield line_of(record)


def _on_time(record: Record) -> bytes:
    """The line as it is or would have been without delay."""
    return line_of(record.model_copy(update={"late": False}))


def _is_recorded(record: Record, last: Record | None) -> bool:
    if last is None:
        return False
    match record:
        case AdmissionRecord() | AcknowledgementRecord():
            return _body(record) == _body(last)
        case OutcomeRecord(done=0, failed=0, unknown=0, skipped=0):
            return isinstance(last, OutcomeRecord) and (record.phase, record.problems) == (
                last.phase,
                last.problems,
            )
        case OutcomeRecord() | ChangeRecord():
            return False


def _body(record: Record) -> dict[str, object]:
    return record.model_dump(mode="json", exclude=set(_OF_RUN))
