"""`make bench`: print every figure."""

from benchmarks import (
    board_speed,
    calls,
    check_speed,
    git_starts,
    history_speed,
    plan_cost,
    report_speed,
    simulation_speed,
    waiting,
)
from benchmarks.table import pairs
from reconciler.render.console import emit


def main() -> None:
    """Measure everything, one after the other."""
    for module in (
        calls,
        git_starts,
        waiting,
        check_speed,
        history_speed,
        report_speed,
        simulation_speed,
        board_speed,
        plan_cost,
    ):
        emit(pairs(module.run()))


main()
