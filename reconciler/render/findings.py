"""Findings as text for people, and as annotations for GitHub."""

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from reconciler.load.characters import visible
from reconciler.load.source import FileSource
from reconciler.model.finding import Finding, Severity
from reconciler.render.excerpt import excerpt

WIDTH: Final = 80
MOST_ANNOTATIONS: Final = 10
"""GitHub shows no more of each kind for one step."""

_COLOURS: Final = {"error": "31", "warning": "33", "rule": "36", "bold": "1", "dim": "2"}
_GUTTER: Final = "  │ "


@dataclass(frozen=True)
class CheckResult:
    """What a check found."""

    findings: Sequence[Finding]
    files: int
    sources: Mapping[str, FileSource] = field(default_factory=dict)

    def count(self, severity: Severity) -> int:
        """How many findings there are of a severity."""
        return sum(finding.severity is severity for finding in self.findings)

    @property
    def summary(self) -> str:
        """The one line that says how it went."""
        errors, warnings = self.count(Severity.ERROR), self.count(Severity.WARNING)
        if not self.findings:
            return f"{_many(self.files, 'file')}, no problems found."
        return (
            f"{_many(self.files, 'file')}, {_many(errors, 'error')}, {_many(warnings, 'warning')}."
        )


class _Ink:
    """Paints text for a terminal, or leaves it as it is."""

    def __init__(self, *, colour: bool) -> None:
        self._colour = colour

    def __call__(self, text: str, style: str) -> str:
        return f"\x1b[{_COLOURS[style]}m{text}\x1b[0m" if self._colour else text


def as_text(report: CheckResult, *, colour: bool = False, width: int = WIDTH) -> str:
    """Findings for people: where, what, the line with a caret, and what to do."""
    ink = _Ink(colour=colour)
    blocks = [
        "\n".join(_block(finding, report.sources.get(finding.position.path), ink, width))
        for finding in report.findings
    ]
    end = report.summary
    if report.findings:
        end += f"\nMore about a rule: escalate explain {report.findings[0].rule}"
    return "\n\n".join([*blocks, end]) + "\n"


def _block(finding: Finding, source: FileSource | None, ink: _Ink, width: int) -> Iterator[str]:
    severity = finding.severity.value
    at = _safe(str(finding.position))
    yield f"{ink(at, 'bold')}: {ink(severity, severity)}: {ink(finding.rule, 'rule')}"
    # Every further line begins with a gutter: GitHub Actions obeys lines that begin with ::.
    gutter = ink(_GUTTER, "dim")
    for line in _wrapped(finding.message, width):
        yield gutter + line
    if source is not None and finding.position.line <= len(source.lines):
        for line in _quoted(finding, source, ink, width - len(_GUTTER)):
            yield gutter + line
    for line in _wrapped(finding.remedy, width, "→ ", "  "):
        yield gutter + line


def _quoted(finding: Finding, source: FileSource, ink: _Ink, width: int) -> Iterator[str]:
    """The line with its number, and carets below."""
    position = finding.position
    line = source.lines[position.line - 1]
    if not line.strip():
        return
    number = f"{position.line:>4} │ "
    cut = excerpt(line, position.column, finding.length, width - len(number))
    carets = cut.carets.lstrip()
    blanks = " " * (len(cut.carets) - len(carets))
    yield number + cut.line
    yield " " * (len(number) - 2) + "│ " + blanks + ink(carets, finding.severity.value)


def _wrapped(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    return textwrap.wrap(
        _safe(text),
        width - len(_GUTTER),
        initial_indent=first,
        subsequent_indent=rest,
        break_on_hyphens=False,
    )


def _safe(text: str) -> str:
    return visible(text.replace("\n", " ")).replace("##[", "##\\[")


def as_github(report: CheckResult) -> str:
    """Workflow commands that put findings on their lines in a pull request."""
    lines = []
    for severity in Severity:
        found = [finding for finding in report.findings if finding.severity is severity]
        lines += [_annotation(finding) for finding in found[:MOST_ANNOTATIONS]]
        rest = found[MOST_ANNOTATIONS:]
        if rest:
            lines.append(f"and {_many(len(rest), f'more {severity.value}')}:")
            lines += [f"- {_safe(str(each.position))} {each.rule}" for each in rest]
    return "\n".join([*lines, report.summary]) + "\n"


def _annotation(finding: Finding) -> str:
    position = finding.position
    values = {
        "file": position.path,
        "line": str(position.line),
        "col": str(position.column),
        "endColumn": str(position.column + finding.length),
        "title": finding.rule,
    }
    properties = ",".join(f"{name}={_property(value)}" for name, value in values.items())
    text = f"{_lines(finding.message)}\n→ {_lines(finding.remedy)}"
    return f"::{finding.severity.value} {properties}::{_data(text)}"


def _lines(text: str) -> str:
    return "\n".join(visible(line) for line in re.split(r"\r?\n", text))


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(visible(text)).replace(":", "%3A").replace(",", "%2C")


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
