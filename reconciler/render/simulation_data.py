"""A simulation for programs, spreadsheets and Markdown."""

from collections.abc import Iterable, Iterator
from typing import Final

from reconciler.model.simulation import SimulatedEscalation, Simulation, Wait
from reconciler.render.escape import markdown
from reconciler.render.sheet import Cell, Sheet
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
    yield from (*figure_rows(simulation), "", LEGEND)
    if simulation.escalations:
        yield from ("", *_escalation_rows(simulation))
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
        *figure_rows(simulation),
        "",
        f"{markdown(period(simulation))}. {LEGEND} {_NOT_KNOWN}",
    ]
    return "\n".join(lines) + "\n"


def figure_rows(simulation: Simulation) -> Iterator[str]:
    """A table with two rows for each desk."""
    yield _row(["Desk", "Limits", *(" ".join(filter(None, each)) for each in COLUMNS)])
    yield _row(["---", "---", *("---:" for _ in COLUMNS)])
    for desk in simulation.desks:
        yield _row([desk.desk, "in force", *counted(desk.real)])
        yield _row([desk.desk, "other", *counted(desk.simulated)])


def _escalation_rows(simulation: Simulation) -> Iterator[str]:
    yield _row(["Ticket", "Escalated", "In force", "Other"])
    yield _row(["---"] * 4)
    for each in by_wait(simulation)[:MOST]:
        day = f"{each.escalated:%Y-%m-%d}"
        yield _row([each.ticket, day, wait_words(each.real), wait_words(each.simulated)])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
