"""What a run did: a row for each escalation, and every failure explained."""

from collections.abc import Sequence
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from reconciler.model.change import EscalationPlan, Plan
from reconciler.model.outcome import Outcome, Result
from reconciler.render.escape import shortened, terminal
from reconciler.render.plan_text import outcome_words

_STYLES: Final = {
    Result.DONE: "green",
    Result.FAILED: "red",
    Result.UNKNOWN: "yellow",
    Result.SKIPPED: "yellow",
}
_LONGEST: Final = 60


def outcome_table(plan: Plan, outcomes: Sequence[Outcome]) -> RenderableType:
    """The outcome of a run for the terminal."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("Ticket", "Result", "Channel"):
        table.add_column(heading, no_wrap=heading == "Ticket", overflow="fold")
    failures: list[RenderableType] = []
    for each in plan.blocks:
        mine = [outcome for outcome in outcomes if outcome.is_of(each)]
        if not mine and not each.problems:
            continue
        table.add_row(each.ticket, _result(each, mine), each.channel and f"#{each.channel}")
        failures += _explained(each, mine)
    if not table.row_count:
        return Text("Nothing was changed.")
    return Group(table, *failures)


def _result(each: EscalationPlan, outcomes: Sequence[Outcome]) -> Text:
    words = outcome_words(outcome.result for outcome in outcomes)
    problems = f"{len(each.problems)} to fix" if each.problems else ""
    bad = bool(problems) or any(outcome.result is not Result.DONE for outcome in outcomes)
    return Text(", ".join(part for part in (words, problems) if part), "red" if bad else "green")


def _explained(each: EscalationPlan, outcomes: Sequence[Outcome]) -> list[RenderableType]:
    """What went wrong with one escalation; nothing when all is well."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for diagnostic in each.problems:
        grid.add_row(
            _word("problem"),
            diagnostic.facet,
            _answer_with_remedy(diagnostic.message, diagnostic.remedy),
        )
    waiting: dict[tuple[str, str], list[str]] = {}
    for outcome in outcomes:
        facet = outcome.change.facet
        if outcome.result is Result.SKIPPED:
            waiting.setdefault((outcome.answer, outcome.remedy), []).append(facet)
        elif outcome.result is not Result.DONE:
            what = shortened(terminal(outcome.change.after), _LONGEST)
            text = outcome.answer if what in outcome.answer else f"{what}: {outcome.answer}"
            grid.add_row(_word(outcome.result), facet, _answer_with_remedy(text, outcome.remedy))
    for (answer, remedy), facets in waiting.items():
        more = _answer_with_remedy(f"{answer}: {', '.join(facets)}", remedy)
        grid.add_row(_word(Result.SKIPPED), f"{len(facets)} more", more)
    return [Text(), Text(each.ticket, style="bold"), grid] if grid.row_count else []


def _word(result: str) -> Text:
    style = _STYLES[Result(result)] if result in set(Result) else "red"
    return Text(f"  {result}", style=style)


def _answer_with_remedy(answer: str, remedy: str) -> RenderableType:
    parts = [Text(terminal(answer))]
    if remedy:
        parts.append(Text(f"→ {terminal(remedy)}", style="dim"))
    return Group(*parts)
