"""What commits change in our files, as field changes, read from git objects only."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from reconciler.check.rules.file import too_many
from reconciler.history.field_changes import config_change, file_changes
from reconciler.load.raw import CONFIG_BYTES, POLICY_PATH, ROSTER_PATH, FileKind, kind_of
from reconciler.load.version import read_escalation
from reconciler.model.escalation import Escalation
from reconciler.model.field_change import FieldChange
from reconciler.services.git.changed_files import ChangedFiles, changed_files, read_changed
from reconciler.services.git.command import GitProblem
from reconciler.services.git.commits import known_commit, merge_base
from reconciler.services.git.committed_files import files_at

FetchBlobs = Callable[[Mapping[str, Collection[str]]], object]
"""Brings blobs here by their names, given by the commits that need them."""
_CONFIG = (POLICY_PATH, ROSTER_PATH)


@dataclass(frozen=True)
class CommitChanges:
    """What a commit changes against another one."""

    changes: tuple[FieldChange, ...] = ()
    episodes: Mapping[str, int] = field(default_factory=dict)
    """The number of the latest episode in each changed escalation of the commit, by path."""

    @property
    def ids(self) -> frozenset[str]:
        """The ids of the changes."""
        return frozenset(each.id for each in self.changes)


class ChangesOfCommits:
    """Reads what commits change, each once."""

    def __init__(self, repo: Path, fetch_blobs: FetchBlobs) -> None:
        """Read from `repo`, with what `fetch_blobs` brings there."""
        self._repo = repo
        self._fetch_blobs = fetch_blobs
        self._listed: dict[tuple[str, str], ChangedFiles | None] = {}
        self._read: dict[tuple[str, str], CommitChanges | None] = {}
        self._parsed: dict[tuple[str, bytes], Escalation | None] = {}

    def prepare(
        self, since_branching: Iterable[tuple[str, str]], since: Iterable[tuple[str, str]] = ()
    ) -> None:
        """Fetch what will be read, all at once.

        Each pair is a commit of the main branch and a commit that is compared with where it
        branched off, or with that commit itself.
        """
        every = [self._files(*pair, branched=True) for pair in since_branching]
        every += [self._files(*pair, branched=False) for pair in since]
        wanted = {each.head: each.absent for each in every if each is not None and each.absent}
        if wanted:
            self._fetch_blobs(wanted)

    def since_branching(self, main: str, commit: str) -> CommitChanges | None:
        """What a commit changes since it branched off a commit of the main branch.

        None if this clone lacks the commit or a file of it, or if it has too many files.
        """
        return self._changes(main, commit, branched=True)

    def since(self, before: str, commit: str) -> CommitChanges | None:
        """What a commit changes against another one; None as above."""
        return self._changes(before, commit, branched=False)

    def _files(self, main: str, commit: str, *, branched: bool) -> ChangedFiles | None:
        """The files that a commit changes; None if they can't be listed, or are too many."""
        with suppress(GitProblem):
            if known_commit(self._repo, commit) is None:
                return None
            base = merge_base(self._repo, main, commit) if branched else main
            key = (base, commit)
            if key not in self._listed:
                found = changed_files(self._repo, base, commit)
                small = too_many(found.escalations) is None or not branched
                self._listed[key] = found if small else None
            return self._listed[key]
        return None

    def _changes(self, main: str, commit: str, *, branched: bool) -> CommitChanges | None:
        files = self._files(main, commit, branched=branched)
        if files is None:
            return None
        key = (files.base, files.head)
        if key not in self._read:
            try:
                self._read[key] = self._compare(files)
            except GitProblem:
                self._read[key] = None
        return self._read[key]

    def _compare(self, files: ChangedFiles) -> CommitChanges:
        new = read_changed(self._repo, files)
        old = files_at(self._repo, files.base, sorted(new), CONFIG_BYTES)
        names = {blob.path: blob.object for blob in files.blobs}
        changes: list[FieldChange] = []
        episodes: dict[str, int] = {}
        for path, raw in sorted(new.items()):
            if path in _CONFIG:
                changes.append(config_change(path, "", names.get(path, "")))
            elif kind_of(path) is FileKind.ESCALATION:
                after = self._escalation(path, raw.data if raw is not None else None)
                if after is None and raw is not None:
                    continue  # unreadable: the state before it goes on
                changes += file_changes(path, self._escalation(path, old.get(path)), after)
                if after is not None:
                    episodes[path] = len(after.episodes) + 1
        return CommitChanges(tuple(changes), episodes)

    def _escalation(self, path: str, data: bytes | None) -> Escalation | None:
        if data is None:
            return None
        if (path, data) not in self._parsed:
            self._parsed[path, data] = read_escalation(path, data)
        return self._parsed[path, data]


def implied(
    final: Iterable[FieldChange], every: Iterable[FieldChange]
) -> Iterator[tuple[str, str]]:
    """Ids of the changes that another one replaced in the end, each with the id of that one."""
    last = {(each.path, each.key): each.id for each in final}
    for each in every:
        by = last.get((each.path, each.key))
        if by is not None and by != each.id:
            yield each.id, by
