"""A plan for the terminal: a block for each escalation, a line for each change."""

from collections.abc import Iterable
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from reconciler.model.change import Action, Change, EscalationPlan, Plan
from reconciler.model.diagnostic import Diagnostic
from reconciler.reconcile.wording.placeholders import show
from reconciler.render.escape import shortened, terminal

_SIGNS: Final = {Action.ADD: "+", Action.CHANGE: "~", Action.REMOVE: "-"}
_STYLES: Final = {Action.ADD: "green", Action.CHANGE: "yellow", Action.REMOVE: "red"}
_LONGEST: Final = 120
"""Characters of a value that a line shows; JSON and Markdown show all."""


def plan_text(plan: Plan) -> RenderableType:
    """The plan as something that `rich` can print at any width."""
    parts: list[RenderableType] = []
    for each in plan.blocks:
        if each.changes or each.problems or each.notices:
            parts += [_heading(each), _lines(each), Text()]
    for sign, diagnostics in (("note", plan.notices), ("problem", plan.diagnostics)):
        parts += [part for each in diagnostics for part in (_diagnostic_line(sign, each), Text())]
    parts.append(Text(summary(plan), style="bold"))
    return Group(*parts)


def summary(plan: Plan) -> str:
    """One line that says how much there is to do."""
    changes = [change for each in plan.blocks for change in each.changes]
    fine = sum(not each.changes and not each.problems for each in plan.blocks)
    if not changes:
        text = f"Nothing to do: {counted(fine, 'escalation')} as declared."
    else:
        counts = {action: sum(change.action is action for change in changes) for action in _SIGNS}
        busy = sum(bool(each.changes) for each in plan.blocks)
        text = (
            f"Plan: {counts[Action.ADD]} to add, {counts[Action.CHANGE]} to change,"
            f" {counts[Action.REMOVE]} to remove in {counted(busy, 'escalation')};"
            f" {fine} as declared."
        )
    return f"{text} {counted(plan.problems, 'problem')}." if plan.problems else text


def counted(number: int, noun: str) -> str:
    """`1 problem`, `2 problems`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _heading(each: EscalationPlan) -> RenderableType:
    line = Table.grid(padding=(0, 2, 0, 0))
    line.add_row(Text(each.ticket, style="bold", no_wrap=True), Text(terminal(each.title)))
    place = f"{each.pull_request}, {each.path}" if each.pull_request else each.path
    where = Text(f"  {terminal(place)}, {each.phase}", style="dim")
    return Group(line, where)


def _lines(each: EscalationPlan) -> RenderableType:
    grid = Table.grid(padding=(0, 2, 0, 0), expand=False)
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold", ratio=1)
    grid.add_column(no_wrap=True, style="dim")
    for change in each.changes:
        grid.add_row(
            Text(f"  {_SIGNS[change.action]}", style=_STYLES[change.action]),
            Text(change.facet),
            Text(_what(change, each.channel)),
            Text(reason(change.why, each.path)),
        )
    for name, style, diagnostics in (("!", "red", each.problems), ("i", "cyan", each.notices)):
        for diagnostic in diagnostics:
            grid.add_row(
                Text(f"  {name}", style=style),
                Text(diagnostic.facet),
                _diagnostic_text(diagnostic),
                "",
            )
    return grid


def _diagnostic_text(diagnostic: Diagnostic) -> RenderableType:
    return Group(
        Text(terminal(diagnostic.message)), Text(f"→ {terminal(diagnostic.remedy)}", style="dim")
    )


def _diagnostic_line(sign: str, diagnostic: Diagnostic) -> RenderableType:
    return Text(f"{sign}: {terminal(diagnostic.message)}. {terminal(diagnostic.remedy)}")


def _what(change: Change, channel: str) -> str:
    before, after = (
        shortened(terminal(show(text, channel)), _LONGEST) for text in (change.before, change.after)
    )
    return " → ".join(part for part in (before, after) if part)


def reason(why: str, path: str) -> str:
    """The line alone when it is in the block's own file."""
    file, _, line = why.rpartition(":")
    return f"line {line}" if file == path else why


def outcome_words(results: Iterable[str]) -> str:
    """How many of each result: `3 done, 1 failed`."""
    counted: dict[str, int] = {}
    for each in results:
        counted[each] = counted.get(each, 0) + 1
    return ", ".join(f"{count} {name}" for name, count in counted.items())
