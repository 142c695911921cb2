"""A plan as Markdown, for a reviewer: the summary first, details folded."""

from collections.abc import Iterator
from typing import Final

from reconciler.desire.placeholders import show
from reconciler.model.change import Action, Change, EscalationPlan, Plan
from reconciler.render.escape import markdown, shortened
from reconciler.render.plan_text import summary

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
    for trouble in plan.notices:
        yield f"- 📝 {markdown(trouble.message)}. {markdown(trouble.cure)}"
    for each in plan.escalations:
        if each.changes or each.problems or each.notices:
            yield from _block(each)


def _block(each: EscalationPlan) -> Iterator[str]:
    yield ""
    yield f"#### {each.ticket}: {markdown(each.title)}"
    yield ""
    channel = f", channel #{markdown(each.channel)}" if each.channel else ""
    yield f"{each.phase}{channel}, declared in {markdown(each.path)}"
    yield ""
    for sign, troubles in (("❌", each.problems), ("📝", each.notices)):
        for trouble in troubles:
            told = f"{markdown(trouble.message)}. {markdown(trouble.cure)}"
            yield f"- {sign} {markdown(trouble.facet)}: {told}"
    if each.changes:
        yield ""
        yield f"<details><summary>{len(each.changes)} changes</summary>"
        yield ""
        yield "| | facet | before | after | why |"
        yield "| --- | --- | --- | --- | --- |"
        for change in each.changes:
            yield _row(change, each.channel)
        yield ""
        yield "</details>"


def _row(change: Change, channel: str) -> str:
    before, after = (
        markdown(shortened(show(text, channel), _LONGEST)) for text in (change.before, change.after)
    )
    cells = (_SIGNS[change.action], change.facet, before, after, markdown(change.why))
    return f"| {' | '.join(cells)} |"
