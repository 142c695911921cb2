"""The findings of a pull request, each as a link to its line."""

from collections.abc import Iterator
from typing import Final

from reconciler.model.finding import Finding, Severity
from reconciler.render.comment_facts import CommentFacts
from reconciler.render.markdown_text import line
from reconciler.render.plan_text import counted

_MOST: Final = 30
_LONGEST: Final = 300


def comment_findings(facts: CommentFacts) -> Iterator[str]:
    """A line for each, without the limits, which the verdict has already."""
    found = [each for each in facts.opened.findings if each not in facts.limits]
    for each in found[:_MOST]:
        yield _finding(each, facts)
    more = len(found) - _MOST
    if more > 0:
        yield f"- and {counted(more, 'more finding')}; see the check's summary"


def _finding(finding: Finding, facts: CommentFacts) -> str:
    sign = "❌" if finding.severity is Severity.ERROR else "⚠️"
    words = line(f"{finding.message} {finding.remedy}", _LONGEST)
    return f"- {sign} {facts.place(finding.position)}: {words} ({finding.rule})"
