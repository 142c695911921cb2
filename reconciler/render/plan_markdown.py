"""A plan as Markdown, for a reviewer: the summary first, details folded."""

from collections.abc import Iterator
from typing import Final

from reconciler.model.change import Action, Change, EscalationPlan, Plan
from reconciler.model.diagnostic import Diagnostic
from reconciler.reconcile.wording.placeholders import show
from reconciler.render.escape import markdown, shortened
from reconciler.render.plan_text import counted, reason, summary

_SIGNS: Final = {
    Action.ADD: "**+** add",
    Action.CHANGE: "**~** change",
    Action.REMOVE: "**-** remove",
}
_LONGEST: Final = 400


def plan_markdown(plan: Plan) -> str:
    """The plan as GitHub's Markdown."""
    return "\n".join(_lines(plan)) + "\n"


def _lines(plan: Plan) -> Iterator[str]:
    yield "### Escalation plan"
    yield ""
    yield markdown(summary(plan))
    if plan.notices or plan.diagnostics:
        yield ""
    for diagnostic in plan.notices:
        yield f"- 📝 {_diagnostic_text(diagnostic)}"
    for diagnostic in plan.diagnostics:
        yield f"- ❌ {_diagnostic_text(diagnostic)}"
    for each in plan.blocks:
        if each.changes or each.problems or each.notices:
            yield from _block(each)


def _block(each: EscalationPlan) -> Iterator[str]:
    yield ""
    yield f"#### {each.ticket}: {markdown(each.title)}"
    yield ""
    channel = f", channel #{markdown(each.channel)}" if each.channel else ""
    where = f"in {each.pull_request}" if each.pull_request else f"declared in {each.path}"
    yield f"{each.phase}{channel}, {markdown(where)}"
    if each.problems or each.notices:
        yield ""
    for sign, diagnostics in (("❌", each.problems), ("📝", each.notices)):
        for diagnostic in diagnostics:
            yield f"- {sign} {markdown(diagnostic.facet)}: {_diagnostic_text(diagnostic)}"
    if each.changes:
        yield ""
        yield f"<details><summary>{counted(len(each.changes), 'change')}</summary>"
        yield ""
        yield from change_table(each)
        yield ""
        yield "</details>"


def change_table(each: EscalationPlan) -> Iterator[str]:
    """The changes of one escalation as a table."""
    yield "| | facet | before | after | why |"
    yield "| --- | --- | --- | --- | --- |"
    for change in each.changes:
        yield _row(change, each)


def _diagnostic_text(diagnostic: Diagnostic) -> str:
    return f"{markdown(diagnostic.message)}. {markdown(diagnostic.remedy)}"


def _row(change: Change, each: EscalationPlan) -> str:
    before, after = (
        markdown(shortened(show(text, each.channel), _LONGEST))
        for text in (change.before, change.after)
    )
    why = markdown(reason(change.why, each.path))
    return f"| {' | '.join((_SIGNS[change.action], change.facet, before, after, why))} |"
