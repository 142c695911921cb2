"""What a run planned and did, as the summary of a job."""

from collections.abc import Iterator, Sequence

from reconciler.model.change import Plan
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.outcome import Outcome, Result
from reconciler.render.escape import markdown
from reconciler.render.plan_markdown import plan_markdown
from reconciler.render.plan_text import outcome_words


def run_markdown(
    plan: Plan,
    outcomes: Sequence[Outcome],
    untold: Sequence[Diagnostic],
    merges: Sequence[str] = (),
) -> str:
    """The outcome first, then the plan. `merges` are lines about pull requests."""
    return "\n".join(_lines(outcomes, untold, merges)) + "\n\n" + plan_markdown(plan)


def _lines(
    outcomes: Sequence[Outcome], untold: Sequence[Diagnostic], merges: Sequence[str]
) -> Iterator[str]:
    yield "### Escalations reconciled"
    yield ""
    yield outcome_words(each.result for each in outcomes) or "Nothing to do."
    if merges:
        yield ""
    for line in merges:
        yield f"- {markdown(line)}"
    bad = [each for each in outcomes if each.result is not Result.DONE]
    if bad or untold:
        yield ""
    for each in bad:
        where = f"{each.ticket} in {each.pull_request}" if each.pull_request else each.ticket
        answer = f"{each.answer}. {each.remedy}".strip()
        yield f"- ❌ {markdown(where)} {each.change.facet}: {each.result}: {markdown(answer)}"
    for diagnostic in untold:
        yield f"- ❌ {markdown(diagnostic.message)}. {markdown(diagnostic.remedy)}"
