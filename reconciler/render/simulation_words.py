"""What a simulation shows, whichever way it is shown."""

from collections.abc import Iterator
from datetime import UTC
from typing import Final

from reconciler.model.simulation import (
    Passage,
    Passages,
    SimulatedDesk,
    SimulatedEscalation,
    Simulation,
    Wait,
)
from reconciler.render.durations import NOTHING, median, span

MOST: Final = 20
"""How many escalations are shown to people."""
COLUMNS: Final = (
    ("At", "once"),
    ("", "Later"),
    ("", "Never"),
    ("Held", "now"),
    ("Median", "wait"),
    ("Longest", "wait"),
    ("Most", "active"),
    ("Most", "a day"),
)
"""Headings of the figures, each in two lines."""
OF_ESCALATIONS: Final = ("Ticket", "Escalated", "In force", "Other", "Limit")
"""Headings of the escalations."""
LEGEND: Final = (
    "At once: admitted when acknowledged. Later: admitted after a wait. Never: ended before it was "
    "admitted."
)
SAME: Final = "the limits in force"
_LIMITS: Final = (
    ("per_day", "per day"),
    ("active", "active"),
    ("per_assignee", "per assignee"),
    ("impact_floor", "as the lowest impact"),
)


def period(simulation: Simulation) -> str:
    """How many escalations, and from when to when."""
    if simulation.since is None:
        return "No escalations in the history."
    since, until = simulation.since.astimezone(UTC), simulation.at.astimezone(UTC)
    count = simulation.escalated
    escalations = "1 escalation" if count == 1 else f"{count} escalations"
    return f"{escalations}, {since:%Y-%m-%d} to {until:%Y-%m-%d} (UTC)"


def changed_limits(desk: SimulatedDesk) -> str:
    """The limits that differ, each with the value in force; empty if none does."""
    return ", ".join(filter(None, (_limit(desk, name, words) for name, words in _LIMITS)))


def _limit(desk: SimulatedDesk, name: str, words: str) -> str:
    now, other = getattr(desk.in_force, name), getattr(desk.other, name)
    return "" if now == other else f"{other} {words} (in force: {now})"


def figure_rows(simulation: Simulation) -> Iterator[tuple[str, ...]]:
    """Two rows for each desk: its key, which limits, and the figures in the order of COLUMNS."""
    for desk in simulation.desks:
        yield desk.desk, "in force", *_counted(desk.real)
        yield desk.desk, "other", *_counted(desk.simulated)


def escalation_rows(simulation: Simulation) -> Iterator[tuple[str, ...]]:
    """A row for each escalation that is shown, in the order of OF_ESCALATIONS."""
    for each in _by_wait(simulation)[:MOST]:
        yield (
            each.ticket if each.episode == 1 else f"{each.ticket} ({each.episode})",
            f"{each.escalated:%Y-%m-%d}",
            _wait_words(each.real),
            _wait_words(each.simulated),
            str(each.simulated.limit or each.real.limit or NOTHING),
        )


def _counted(figures: Passages) -> tuple[str, ...]:
    """The figures in the order of COLUMNS."""
    longest = figures.longest_seconds
    return (
        str(figures.at_once),
        str(figures.later),
        str(figures.never),
        str(figures.waiting),
        median(figures.wait),
        NOTHING if longest is None else span(longest),
        str(figures.most_active),
        str(figures.most_in_a_day),
    )


def _wait_words(wait: Wait) -> str:
    """How an escalation passed the limits."""
    took = span(wait.seconds)
    match wait.passage:
        case Passage.AT_ONCE:
            return "no wait"
        case Passage.LATER:
            return f"waited {took}"
        case Passage.NEVER:
            return f"never, in {took}"
        case Passage.WAITING:
            return f"held for {took}"
        case Passage.OTHER:
            return "not acknowledged"


def _by_wait(simulation: Simulation) -> list[SimulatedEscalation]:
    """Those that would have waited longest first."""

    def rank(each: SimulatedEscalation) -> tuple[int, int]:
        return -each.simulated.seconds, -abs(each.simulated.seconds - each.real.seconds)

    return sorted(simulation.escalations, key=rank)


def left_out(simulation: Simulation) -> str:
    """How many escalations are not shown; empty if all are."""
    more = len(simulation.escalations) - MOST
    return f"{more} more have shorter waits. `--format json` prints all." if more > 0 else ""
