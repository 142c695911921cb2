"""A simulation for the terminal."""

from collections.abc import Iterator
from typing import Final

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from reconciler.model.simulation import SimulatedEscalation, Simulation
from reconciler.render.simulation_words import (
    COLUMNS,
    LEGEND,
    MOST,
    SAME,
    by_wait,
    changed_limits,
    counted,
    left_out,
    period,
    wait_words,
)

_WHICH: Final = (("In force", "real"), ("Other", "simulated"))


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
    for desk in simulation.desks:
        for which, name in _WHICH:
            figures = desk.real if name == "real" else desk.simulated
            label = desk.desk if name == "real" else ""
            table.add_row(label, which, *counted(figures))
    return table


def _escalations(simulation: Simulation) -> Table:
    table = _table()
    for heading in ("Ticket", "Escalated", "In force", "Other", "Limit"):
        table.add_column(heading, no_wrap=heading in {"Ticket", "Escalated", "Limit"})
    for each in by_wait(simulation)[:MOST]:
        table.add_row(*_cells(each))
    return table


def _cells(each: SimulatedEscalation) -> Iterator[str]:
    yield each.ticket if each.episode == 1 else f"{each.ticket} ({each.episode})"
    yield f"{each.escalated:%Y-%m-%d}"
    yield wait_words(each.real)
    yield wait_words(each.simulated)
    yield str(each.simulated.limit or each.real.limit or "-")


def _unknown(simulation: Simulation) -> Iterator[RenderableType]:
    for each in simulation.unknown:
        yield Padding(Text(f"- {each}", style="dim"), (0, 0, 0, 2))
