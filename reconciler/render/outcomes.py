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
    for each in plan.escalations:
        mine = [outcome for outcome in outcomes if outcome.ticket == each.ticket]
        if not mine and not each.problems:
            continue
        table.add_row(each.ticket, _result(each, mine), each.channel and f"#{each.channel}")
        failures += _explained(each, mine)
    if not table.row_count:
        return Text("Nothing was done.")
    return Group(table, *failures)


def _result(each: EscalationPlan, outcomes: Sequence[Outcome]) -> Text:
    words = outcome_words(outcome.result for outcome in outcomes)
    problems = f"{len(each.problems)} to mend" if each.problems else ""
    bad = bool(problems) or any(outcome.result is not Result.DONE for outcome in outcomes)
    return Text(", ".join(part for part in (words, problems) if part), "red" if bad else "green")


def _explained(each: EscalationPlan, outcomes: Sequence[Outcome]) -> list[RenderableType]:
    lines = [
        _line(each.ticket, trouble.facet, "problem", trouble.message, trouble.cure)
        for trouble in each.problems
    ]
    for outcome in outcomes:
        if outcome.result is not Result.DONE:
            what = shortened(f"{outcome.change.facet} {terminal(outcome.change.after)}", _LONGEST)
            lines.append(_line(each.ticket, what, outcome.result, outcome.answer, outcome.cure))
    return lines


def _line(ticket: str, what: str, result: str, answer: str, cure: str) -> RenderableType:
    text = Text()
    text.append(f"\n{ticket} {terminal(what)}: ", style="bold")
    style = _STYLES[Result(result)] if result in set(Result) else "red"
    text.append(result, style=style)
    text.append(f": {terminal(answer)}")
    if cure:
        text.append(f"\n  → {terminal(cure)}", style="dim")
    return text
