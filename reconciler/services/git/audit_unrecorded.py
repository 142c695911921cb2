"""What could not be recorded, kept in the git directory for the next run."""

import contextlib
import json
import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from reconciler.model.audit import READER, FiledRecord
from reconciler.model.audit_branch import line_of
from reconciler.services.git.command import GitProblem
from reconciler.services.git.local_lock import state_folder

_STALE: Final = 30.0
"""Seconds after which a lock belongs to nobody any more."""
_PAUSE: Final = 0.05


class Unrecorded:
    """The file `escalate/unrecorded.jsonl` of a git directory."""

    def __init__(self, repo: Path) -> None:
        """Find the git directory, which all work trees share."""
        self.path = state_folder(repo) / "unrecorded.jsonl"

    def read(self) -> tuple[bytes, list[FiledRecord]]:
        """What is kept, as it is and as records that are late by now."""
        try:
            kept = self.path.read_bytes()
        except FileNotFoundError:
            return b"", []
        return kept, list(_entries(kept))

    def keep(self, entries: Iterable[FiledRecord]) -> None:
        """Add records at the end."""
        entries = list(entries)
        if not entries:
            return
        lines = b"".join(
            b'{"path":%s,"record":%s}\n'
            % (json.dumps(each.path).encode(), line_of(each.record)[:-1])
            for each in entries
        )
        with self._lock(), self.path.open("ab") as file:
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())

    def drop(self, kept: bytes) -> None:
        """Take away what was read before and is recorded by now."""
        if not kept:
            return
        with self._lock():
            now, _ = self.read()
            if not now.startswith(kept):
                return  # another run recorded it as well
            rest = now[len(kept) :]
            if rest:
                beside = self.path.with_suffix(".new")
                beside.write_bytes(rest)
                beside.replace(self.path)
            else:
                self.path.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        lock = self.path.with_suffix(".lock")
        lock.parent.mkdir(parents=True, exist_ok=True)
        for _ in range(int(2 * _STALE / _PAUSE)):
            try:
                os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            except FileExistsError:
                with contextlib.suppress(FileNotFoundError):
                    if time.time() - lock.stat().st_mtime > _STALE:
                        lock.unlink(missing_ok=True)
                time.sleep(_PAUSE)
            else:
                break
        else:
            raise GitProblem(f"The lock file {lock} exists. If no other run is active, delete it.")
        try:
            yield
        finally:
            lock.unlink(missing_ok=True)


def _entries(kept: bytes) -> Iterator[FiledRecord]:
    for line in kept.splitlines():
        try:
            read = json.loads(line)
            record = READER.validate_python(read["record"])
            yield FiledRecord(str(read["path"]), record.model_copy(update={"late": True}))
        except (ValidationError, ValueError, LookupError, TypeError):
            continue  # cut off by a crash: nothing can be recorded of it
