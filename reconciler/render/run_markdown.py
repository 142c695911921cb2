"""What a run planned and did, as the summary of a job."""

from collections.abc import Iterator, Sequence

from reconciler.model.change import Plan
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.outcome import Outcome, Result
from reconciler.render.escape import markdown
from reconciler.render.plan_markdown import plan_markdown
from reconciler.render.plan_text import outcome_words


def run_markdown(plan: Plan, outcomes: Sequence[Outcome], untold: Sequence[Diagnostic]) -> str:
    """The outcome first, then the plan."""
    return "\n".join(_lines(outcomes, untold)) + "\n\n" + plan_markdown(plan)


def _lines(outcomes: Sequence[Outcome], untold: Sequence[Diagnostic]) -> Iterator[str]:
    yield "### Escalations reconciled"
    yield ""
    yield outcome_words(each.result for each in outcomes) or "Nothing to do."
    bad = [each for each in outcomes if each.result is not Result.DONE]
    if bad or untold:
        yield ""
    for each in bad:
        where = f"{each.ticket} in {each.pull_request}" if each.pull_request else each.ticket
        answer = f"{each.answer}. {each.remedy}".strip()
        yield f"- ❌ {markdown(where)} {each.change.facet}: {each.result}: {markdown(answer)}"
    for diagnostic in untold:
        yield f"- ❌ {markdown(diagnostic.message)}. {markdown(diagnostic.remedy)}"
