"""Findings as the summary of a job, where the annotations end: GitHub shows ten of a kind."""

from collections.abc import Iterator

from reconciler.model.finding import Severity
from reconciler.render.escape import markdown
from reconciler.render.findings import CheckResult


def as_markdown(report: CheckResult) -> str:
    """All findings as a table, with how many there are before it."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: CheckResult) -> Iterator[str]:
    yield "### Escalation check"
    yield ""
    yield f"{'❌' if report.count(Severity.ERROR) else '✅'} {report.summary}"
    if not report.findings:
        return
    yield ""
    yield "| | where | what | what to do | rule |"
    yield "| --- | --- | --- | --- | --- |"
    for each in report.findings:
        sign = "❌" if each.severity is Severity.ERROR else "⚠️"
        cells = (markdown(text) for text in (str(each.position), each.message, each.remedy))
        yield f"| {sign} | {' | '.join(cells)} | {each.rule} |"
