"""What `history --verify` found."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rich.console import Group, RenderableType
from rich.text import Text

from reconciler.model.audit import AuditFinding
from reconciler.render.escape import terminal


@dataclass(frozen=True)
class AuditVerification:
    """Everything that was looked at, and what is wrong with it."""

    tip: str
    commits: int
    lines: int
    findings: Sequence[AuditFinding]
    notes: Sequence[str] = ()
    """What could not be looked at."""


def verdict_text(verdict: AuditVerification) -> RenderableType:
    """What, where, and what to do."""
    parts: list[Text] = []
    for each in verdict.findings:
        line = Text(f"{terminal(each.where)}: ")
        line.append(each.id, style="bold red")
        line.append(f": {terminal(each.what)}")
        parts += [line, Text(f"  → {terminal(each.remedy)}", style="dim")]
    parts += [Text(f"note: {terminal(each)}", style="yellow") for each in verdict.notes]
    return Group(*parts, Text(_summary(verdict), style="bold"))


def _summary(verdict: AuditVerification) -> str:
    what = f"{verdict.lines} line(s) in {verdict.commits} commit(s) up to {verdict.tip[:12] or '-'}"
    if verdict.findings:
        return f"{len(verdict.findings)} finding(s) in {what}."
    return f"Lines were only added to the audit branch, and it agrees with main: {what}."


def verdict_json(verdict: AuditVerification) -> str:
    """The same for programs."""
    return json.dumps(asdict(verdict), indent=2)
