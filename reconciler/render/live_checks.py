"""What `escalate doctor --live` found: one line for each answer, the table, and the file."""

import json
from collections.abc import Sequence
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from reconciler.model.live_check import LiveAnswer, Verdict
from reconciler.render.escape import terminal
from reconciler.render.plan_text import counted

_VERSION: Final = 1
_STYLES: Final = {
    Verdict.AS_DOCUMENTED: "green",
    Verdict.DIFFERS: "yellow",
    Verdict.UNDOCUMENTED: "cyan",
    Verdict.UNKNOWN: "dim",
}


def answer_line(answer: LiveAnswer) -> str:
    """One answer as it comes."""
    detail = f" ({terminal(answer.detail)})" if answer.detail else ""
    sign = "✗" if answer.blocks else "-"
    return f"  {sign} {answer.question.what}: {answer.question.words(answer.value)}{detail}"


def answers_table(answers: Sequence[LiveAnswer], left: Sequence[str]) -> RenderableType:
    """A row for each answer, and what the result is."""
    parts: list[RenderableType] = []
    for area in dict.fromkeys(each.question.area for each in answers):
        parts += [Text(area, style="bold"), _rows([a for a in answers if a.question.area == area])]
        parts.append(Text())
    parts.append(Text(live_summary(answers, left), style="bold"))
    return Group(*parts)


def _rows(answers: Sequence[LiveAnswer]) -> RenderableType:
    grid = Table.grid(padding=(0, 2, 0, 0))
    for _ in range(2):
        grid.add_column(no_wrap=True, overflow="fold")
    grid.add_column(overflow="fold", ratio=1)
    for each in answers:
        sign = Text("  ✗" if each.blocks else "  -", style="red" if each.blocks else "")
        found = Text(f"{each.verdict}: ", style=_STYLES[each.verdict])
        found.append(each.question.words(each.value), style="default")
        grid.add_row(sign, Text(each.question.what), found)
    return grid


def live_summary(answers: Sequence[LiveAnswer], left: Sequence[str]) -> str:
    """How it stands."""
    differing = sum(each.verdict is Verdict.DIFFERS for each in answers)
    blocking = sum(each.blocks for each in answers)
    if left:
        rest = f"{counted(len(left), 'step')} could not remove everything. Run the command again."
    else:
        rest = "Everything is removed."
    text = f"{counted(differing, 'answer')} not as documented. "
    if blocking:
        return f"{text}✗ {counted(blocking, 'thing')} that the tool relies on. {rest}"
    return f"{text}The tool relies on none of them. {rest}"


def answers_json(answers: Sequence[LiveAnswer]) -> str:
    """The file of answers: words out of a closed list, and nothing of a service."""
    found = {each.question.key: each.value for each in answers}
    return json.dumps({"version": _VERSION, "answers": found}, indent=2) + "\n"
