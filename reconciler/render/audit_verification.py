"""What `history --verify` found."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import Field
from rich.console import Group, RenderableType
from rich.text import Text

from reconciler.model.audit import AuditFinding
from reconciler.model.base import Value
from reconciler.model.output import Output
from reconciler.render.escape import terminal
from reconciler.render.sheet import Sheet, sheet_of


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


class ShownAuditFinding(Value):
    """What only a manipulated or damaged audit branch contains."""

    rule: str = Field(description="The check that failed, as the reference of the branch names it.")
    where: str = Field(description="The line, commit or reference.")
    message: str
    remedy: str


class VerifyOutput(Output):
    """Whether the audit branch agrees with main and itself."""

    tip: str = Field(description="The newest commit of the branch. Empty if there is no branch.")
    commits: int = Field(description="How many commits were checked.")
    lines: int = Field(description="How many lines were checked.")
    findings: tuple[ShownAuditFinding, ...] = Field(description="What is wrong.")
    notes: tuple[str, ...] = Field(description="What could not be checked.")


def verify_output(verdict: AuditVerification) -> VerifyOutput:
    """The same for programs."""
    return VerifyOutput(
        tip=verdict.tip,
        commits=verdict.commits,
        lines=verdict.lines,
        findings=tuple(
            ShownAuditFinding(rule=each.id, where=each.where, message=each.what, remedy=each.remedy)
            for each in verdict.findings
        ),
        notes=tuple(verdict.notes),
    )


def verify_sheet(verdict: AuditVerification) -> Sheet:
    """A row for each finding, then one for each thing that could not be checked."""
    findings = sheet_of(ShownAuditFinding, verify_output(verdict).findings)
    notes = tuple(("note", "", each, "") for each in verdict.notes)
    return Sheet(findings.columns, (*findings.rows, *notes))
