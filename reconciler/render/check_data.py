"""Findings of a check for programs and for spreadsheets."""

from pydantic import Field

from reconciler.model.base import Value
from reconciler.model.finding import Finding, Severity
from reconciler.model.output import Output
from reconciler.render.findings import CheckResult
from reconciler.render.sheet import Sheet, sheet_of


class ShownFinding(Value):
    """A broken rule."""

    rule: str = Field(description="The rule, as in `escalate explain RULE`.")
    severity: Severity = Field(description="Only errors make the check fail.")
    path: str
    line: int = Field(description="Line in the file, counted from 1.")
    column: int = Field(description="Column in the line, counted from 1.")
    length: int = Field(description="How many characters of the line it is about.")
    message: str
    remedy: str


class CheckOutput(Output):
    """The findings of a check."""

    files: int = Field(description="How many files were checked.")
    errors: int = Field(description="How many findings are errors.")
    warnings: int = Field(description="How many findings are warnings.")
    findings: tuple[ShownFinding, ...] = Field(description="The findings, by file and line.")


def output_of_check(result: CheckResult) -> CheckOutput:
    """The result for programs."""
    return CheckOutput(
        files=result.files,
        errors=result.count(Severity.ERROR),
        warnings=result.count(Severity.WARNING),
        findings=tuple(_shown(each) for each in result.findings),
    )


def check_sheet(result: CheckResult) -> Sheet:
    """A row for each finding."""
    return sheet_of(ShownFinding, (_shown(each) for each in result.findings))


def _shown(finding: Finding) -> ShownFinding:
    return ShownFinding(
        rule=finding.rule,
        severity=finding.severity,
        path=finding.position.path,
        line=finding.position.line,
        column=finding.position.column,
        length=finding.length,
        message=finding.message,
        remedy=finding.remedy,
    )
