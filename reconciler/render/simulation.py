"""A simulation for the terminal."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from reconciler.model.simulation import Simulation
from reconciler.render.simulation_words import (
    COLUMNS,
    LEGEND,
    OF_ESCALATIONS,
    SAME,
    changed_limits,
    escalation_rows,
    figure_rows,
    left_out,
    period,
)


def simulation_text(simulation: Simulation) -> RenderableType:
    """The limits, the figures of each desk, the escalations that differ, and what is unknown."""
    parts: list[RenderableType] = [
        Text("Escalations under other limits", style="bold"),
        Text(period(simulation), style="dim"),
        *(Text(f"{desk.desk}: {changed_limits(desk) or SAME}") for desk in simulation.desks),
        Text(),
        _figures(simulation),
        Text(LEGEND, style="dim"),
    ]
    if simulation.escalations:
        parts += [Text(), _escalations(simulation)]
    if more := left_out(simulation):
        parts.append(Text(more, style="dim"))
    parts += [Text(), Text("What the simulation cannot know:"), *_unknown(simulation)]
    return Group(*parts)


def _table() -> Table:
    return Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))


def _figures(simulation: Simulation) -> Table:
    table = _table()
    table.add_column("\nDesk", no_wrap=True)
    table.add_column("\nLimits", no_wrap=True)
    for heading in COLUMNS:
        table.add_column("\n".join(heading), justify="right", no_wrap=True)
    shown = ""
    for desk, which, *figures in figure_rows(simulation):
        table.add_row("" if desk == shown else desk, which.capitalize(), *figures)
        shown = desk
    return table


def _escalations(simulation: Simulation) -> Table:
    table = _table()
    for heading in OF_ESCALATIONS:
        table.add_column(heading, no_wrap=heading in {"Ticket", "Escalated", "Limit"})
    for row in escalation_rows(simulation):
        table.add_row(*row)
    return table


def _unknown(simulation: Simulation) -> Iterator[RenderableType]:
    for each in simulation.unknown:
        yield Padding(Text(f"- {each}", style="dim"), (0, 0, 0, 2))
