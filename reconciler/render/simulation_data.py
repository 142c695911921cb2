"""A simulation for programs, spreadsheets and Markdown."""

from collections.abc import Iterable, Iterator
from typing import Final

from reconciler.model.simulation import SimulatedEscalation, Simulation, Wait
from reconciler.render.escape import markdown
from reconciler.render.sheet import Cell, Sheet
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

_NOT_KNOWN: Final = (
    "People act differently under other limits, and escalations that wait longer end later. The "
    "replay cannot know that. For each escalation, run `escalate simulate`."
)
_NAMES: Final = ("ticket", "episode", "desk", "escalated")


def simulation_sheet(simulation: Simulation) -> Sheet:
    """A row for each escalation that differs or would have waited."""
    parts = [f"{which}_{name}" for which in ("real", "simulated") for name in Wait.model_fields]
    rows = tuple(tuple(_cells(each)) for each in simulation.escalations)
    return Sheet((*_NAMES, *parts), rows)


def _cells(each: SimulatedEscalation) -> Iterator[Cell]:
    values = each.model_dump(mode="json")
    yield from (values[name] for name in _NAMES)
    yield from values["real"].values()
    yield from values["simulated"].values()


def simulation_markdown(simulation: Simulation) -> str:
    """The figures as tables, the escalations folded, and what is unknown."""
    return "\n".join(_lines(simulation)) + "\n"


def _lines(simulation: Simulation) -> Iterator[str]:
    yield from ("## Escalations under other limits", "", f"{markdown(period(simulation))}", "")
    yield from (
        f"- {each.desk}: {markdown(changed_limits(each) or SAME)}" for each in simulation.desks
    )
    yield ""
    yield from (*_figures(simulation), "", LEGEND)
    if simulation.escalations:
        yield from ("", *_escalations(simulation))
    if more := left_out(simulation):
        yield from ("", more)
    yield from ("", "What the simulation cannot know:", "")
    yield from (f"- {markdown(each)}" for each in simulation.unknown)


def limits_comment(simulation: Simulation) -> str:
    """What a comment shows on a pull request that changes limits: what they would have done."""
    lines = [
        "#### Under these limits",
        "",
        "The history, replayed under the limits of this pull request:",
        "",
        *(f"- {each.desk}: {markdown(changed_limits(each) or SAME)}" for each in simulation.desks),
        "",
        *_figures(simulation),
        "",
        f"{markdown(period(simulation))}. {LEGEND} {_NOT_KNOWN}",
    ]
    return "\n".join(lines) + "\n"


def _figures(simulation: Simulation) -> Iterator[str]:
    """A table with two rows for each desk."""
    yield _row(["Desk", "Limits", *(" ".join(filter(None, each)) for each in COLUMNS)])
    yield _row(["---", "---", *("---:" for _ in COLUMNS)])
    yield from map(_row, figure_rows(simulation))


def _escalations(simulation: Simulation) -> Iterator[str]:
    yield _row(OF_ESCALATIONS)
    yield _row(["---"] * len(OF_ESCALATIONS))
    yield from map(_row, escalation_rows(simulation))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
