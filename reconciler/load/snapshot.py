"""Files as they were found in, a book and findings out. One broken file breaks nothing else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final, TypeVar, cast

from reconciler.load import forbidden_text, schema
from reconciler.load.attributes import attribute_findings, is_attributes
from reconciler.load.characters import visible
from reconciler.load.raw import (
    ESCALATIONS,
    POLICY_PATH,
    ROSTER_PATH,
    FileKind,
    RawFile,
    kind_of,
)
from reconciler.load.source import FileSource
from reconciler.load.strict_yaml import parse
from reconciler.model.base import Model
from reconciler.model.escalation import Escalation
from reconciler.model.finding import Finding, Position, Severity
from reconciler.model.policy import Policy
from reconciler.model.roster import Roster
from reconciler.model.snapshot import Entry, Snapshot

M = TypeVar("M", bound=Model)

ESCALATION_EVENTS: Final = 10_000
CONFIG_EVENTS: Final = 100_000
_PARSED: Final = 512
"""How many files' values are kept for other files with the same bytes."""


@dataclass(frozen=True)
class Loaded:
    """What the files of a revision say, and what is wrong with them."""

    entries: tuple[Entry, ...] = ()
    """The escalations that can be read, in order of ticket."""
    policy: Policy | None = None
    roster: Roster | None = None
    findings: tuple[Finding, ...] = ()
    sources: Mapping[str, FileSource] = field(default_factory=dict)
    """Every file of ours that was read, sound or not, by path."""

    @property
    def snapshot(self) -> Snapshot | None:
        """Everything together; None while policy or roster cannot be read."""
        if self.policy is None or self.roster is None:
            return None
        return Snapshot(self.policy, self.roster, self.entries)

    @property
    def by_bytes(self) -> dict[bytes, Escalation]:
        """Each escalation by the bytes of its file, from which nothing else can be read."""
        return {self.sources[entry.source.path].data: entry.escalation for entry in self.entries}


def load_snapshot(files: Iterable[RawFile], earlier: Loaded | None = None) -> Loaded:
    """Read files. What `earlier` holds with the same bytes is taken from there."""
    known = {} if earlier is None else {entry.source.path: entry for entry in earlier.entries}
    findings: list[Finding] = []
    sources: dict[str, FileSource] = {}
    entries: list[Entry] = []
    config: dict[str, RawFile] = {}
    for raw in files:
        kind = kind_of(raw.path)
        if kind is FileKind.ESCALATION:
            entry = known.get(raw.path)
            if entry is None or getattr(entry.source, "data", None) != raw.data:
                entry = _escalation(raw, findings, sources)
            elif earlier is not None:
                sources[raw.path] = earlier.sources[raw.path]
            if entry is not None:
                entries.append(entry)
        elif is_attributes(raw.path):
            findings += attribute_findings(raw)
        elif kind is FileKind.MISPLACED:
            findings.append(_misplaced(raw.path))
        elif kind is not FileKind.FOREIGN:
            config[raw.path] = raw
    policy = _config(Policy, POLICY_PATH, config, findings, sources)
    roster = _config(Roster, ROSTER_PATH, config, findings, sources)
    entries.sort(key=_order)
    return Loaded(tuple(entries), policy, roster, tuple(findings), sources)


def _escalation(
    raw: RawFile, findings: list[Finding], sources: dict[str, FileSource]
) -> Entry | None:
    source = sources[raw.path] = FileSource(raw.path, raw.data)
    value = _read(Escalation, raw, ESCALATION_EVENTS, findings)
    return None if value is None else Entry(value, source)


def _config(
    model: type[M],
    path: str,
    config: Mapping[str, RawFile],
    findings: list[Finding],
    sources: dict[str, FileSource],
) -> M | None:
    raw = config.get(path)
    if raw is None:
        findings.append(
            Finding(
                "file-missing",
                Position(path),
                f"There is no {path}. Without this file nothing can be checked.",
                "Restore the file from git, or create a new repository with `escalate init`.",
            )
        )
        return None
    sources[path] = FileSource(path, raw.data)
    return _read(model, raw, CONFIG_EVENTS, findings)


def _read(model: type[M], raw: RawFile, most_events: int, findings: list[Finding]) -> M | None:
    of_file = list(forbidden_text.file_findings(raw))
    findings += of_file
    if any(finding.severity is Severity.ERROR for finding in of_file):
        return None
    value, found = _parsed(model, raw.data, most_events)
    findings += (replace(each, position=replace(each.position, path=raw.path)) for each in found)
    return cast("M | None", value)


@lru_cache(_PARSED)
def _parsed(
    model: type[Model], data: bytes, most_events: int
) -> tuple[Model | None, tuple[Finding, ...]]:
    """What the bytes of a file say, and what is wrong with them, without a path.

    Different paths can lead to the same bytes, in one pull request or in several. They are parsed
    once.
    """
    parsed = parse("", data, most_events)
    if parsed.value is None:
        return None, tuple(parsed.findings)
    value, wrong = schema.read(model, parsed.value, FileSource("", data))
    return value, (*parsed.findings, *wrong)


def _order(entry: Entry) -> tuple[str, int, str]:
    desk, _, number = entry.escalation.ticket.rpartition("-")
    return (desk, int(number), entry.source.path)


def _misplaced(path: str) -> Finding:
    shown = visible(path)
    folder, _, name = path.rpartition("/")
    stem = name.partition(".")[0].upper()
    guess = f"{folder}/{stem}.yaml"
    hint = ""
    if kind_of(guess) is FileKind.ESCALATION:
        hint = f"Did you mean {guess}? "
    elif stem.lower() in {"policy", "roster"}:
        hint = f"Did you mean config/{stem.lower()}.yaml? "
    return Finding(
        "file-misplaced",
        Position(path),
        f"{shown} is not a place for an escalation.",
        f"{hint}Escalations are {ESCALATIONS}/<year>/<TICKET>.yaml. Move or delete this file.",
    )
