"""A plan as Markdown, for a reviewer: the summary first, details folded."""

from collections.abc import Iterator
from typing import Final

from reconciler.desire.placeholders import show
from reconciler.model.change import Action, Change, EscalationPlan, Plan
from reconciler.model.observed import Trouble
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
    if plan.notices:
        yield ""
    for trouble in plan.notices:
        yield f"- 📝 {_told(trouble)}"
    for each in plan.escalations:
        if each.changes or each.problems or each.notices:
            yield from _block(each)


def _block(each: EscalationPlan) -> Iterator[str]:
    yield ""
    yield f"#### {each.ticket}: {markdown(each.title)}"
    yield ""
    channel = f", channel #{markdown(each.channel)}" if each.channel else ""
    yield f"{each.phase}{channel}, declared in {markdown(each.path)}"
    if each.problems or each.notices:
        yield ""
    for sign, troubles in (("❌", each.problems), ("📝", each.notices)):
        for trouble in troubles:
            yield f"- {sign} {markdown(trouble.facet)}: {_told(trouble)}"
    if each.changes:
        yield ""
        yield f"<details><summary>{counted(len(each.changes), 'change')}</summary>"
        yield ""
        yield "| | facet | before | after | why |"
        yield "| --- | --- | --- | --- | --- |"
        for change in each.changes:
            yield _row(change, each)
        yield ""
        yield "</details>"


def _told(trouble: Trouble) -> str:
    return f"{markdown(trouble.message)}. {markdown(trouble.cure)}"


def _row(change: Change, each: EscalationPlan) -> str:
    before, after = (
        markdown(shortened(show(text, each.channel), _LONGEST))
        for text in (change.before, change.after)
    )
    why = markdown(reason(change.why, each.path))
    return f"| {' | '.join((_SIGNS[change.action], change.facet, before, after, why))} |"
