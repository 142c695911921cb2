"""What `escalate doctor` found, as a table."""

from collections.abc import Sequence
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from reconciler.model.setup_check import Health, SetupCheck
from reconciler.render.escape import terminal
from reconciler.render.plan_text import counted

_SIGNS: Final = {Health.FINE: "ok", Health.WRONG: "✗", Health.UNKNOWN: "?"}
_STYLES: Final = {Health.FINE: "green", Health.WRONG: "red", Health.UNKNOWN: "yellow"}


def examined_table(lines: Sequence[SetupCheck]) -> RenderableType:
    """A row for each thing, and one line at the end that says how it stands."""
    parts: list[RenderableType] = []
    for area in dict.fromkeys(each.area for each in lines):
        parts += [Text(terminal(area), style="bold"), _rows(lines, area), Text()]
    parts.append(Text(summary(lines), style="bold"))
    return Group(*parts)


def _rows(lines: Sequence[SetupCheck], area: str) -> RenderableType:
    grid = Table.grid(padding=(0, 2, 0, 0))
    for overflow in ("fold", "fold"):
        grid.add_column(no_wrap=True, overflow=overflow)
    grid.add_column(overflow="fold", ratio=1)
    for each in lines:
        if each.area == area:
            words: list[RenderableType] = [Text(terminal(each.message))]
            if each.remedy:
                words.append(Text(f"→ {terminal(each.remedy)}", style="dim"))
            sign = Text(f"  {_SIGNS[each.health]}", style=_STYLES[each.health])
            grid.add_row(sign, Text(terminal(each.what)), Group(*words))
    return grid


def summary(lines: Sequence[SetupCheck]) -> str:
    """How it stands."""
    counts = {health: sum(each.health is health for each in lines) for health in Health}
    if not counts[Health.WRONG]:
        text = f"{counted(counts[Health.FINE], 'thing')} checked, no problems found."
    else:
        text = (
            f"{counts[Health.WRONG]} of "
            f"{counted(counts[Health.FINE] + counts[Health.WRONG], 'thing')} to fix."
        )
    more = counts[Health.UNKNOWN]
    return f"{text} {more} not checked." if more else text
