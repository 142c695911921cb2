"""Answers checked one by one, by the rules of `escalate check` for the field of each."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reconciler.check.check import judge
from reconciler.cli.blanks import Blank
from reconciler.edit.splice import EditRefusedError
from reconciler.load.raw import REGULAR, RawFile
from reconciler.load.snapshot import Loaded, load_snapshot
from reconciler.load.source import FileSource
from reconciler.model.finding import Finding, Loc, Severity
from reconciler.pull_requests.open import LIMITS

Places = Mapping[str, Loc]
"""Where a file has each answer, by option."""


@dataclass(frozen=True)
class AnswerCheck:
    """What `escalate check` would find in the file that the answers give.

    Limits are left out, because no answer changes them.
    """

    raws: Sequence[RawFile]
    loaded: Loaded
    now: datetime
    path: str
    build: Callable[[Mapping[str, str]], bytes]
    places: Places
    """Where the file has each answer, by option."""
    blanks: Sequence[Blank]

    def wrong(self, said: Mapping[str, str]) -> dict[str, str]:
        """Why answers can't be, by option. Answers that are missing count as right."""
        try:
            data = self.build({**stand_ins(self.blanks), **said})
        except (EditRefusedError, ValueError):
            return {}  # building the file from all answers reports it
        source = FileSource(self.path, data)
        wrong: dict[str, str] = {}
        for finding in self._errors(data):
            option = option_at(finding, source, self.places)
            if option in said:
                wrong.setdefault(option, f"{finding.message} {finding.remedy}")
        return wrong

    def _errors(self, data: bytes) -> Iterator[Finding]:
        others = [raw for raw in self.raws if raw.path != self.path]
        after = load_snapshot([*others, RawFile(self.path, data, REGULAR)], self.loaded)
        found = after.findings
        if after.snapshot is not None:
            base = self.loaded.snapshot
            found += judge(after.snapshot, None, self.now, base, after.sources)
        for each in sorted(found, key=lambda each: (each.position, each.rule)):
            severe = each.severity is Severity.ERROR and not each.rule.startswith(LIMITS)
            if severe and each.position.path == self.path:
                yield each


def stand_ins(blanks: Sequence[Blank]) -> dict[str, str]:
    """Answers in place of those that are still missing."""
    return {
        each.option: each.default or next(iter(each.choices), "") or each.stand_in
        for each in blanks
    }


def option_at(finding: Finding, source: FileSource, places: Places) -> str:
    """The option whose value is at the place of a finding; empty if there is none."""
    keys = sorted((span.line, span.column, loc) for loc, span in source.places.keys.items())
    at = (finding.position.line, finding.position.column)
    index = bisect_right(keys, at, key=lambda each: each[:2]) - 1
    if index < 0:
        return ""
    loc = keys[index][2]
    return next((name for name, place in places.items() if loc[: len(place)] == place), "")
