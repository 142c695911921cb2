"""`make bench`: print every figure."""

from benchmarks import calls, check_speed, history_speed, plan_cost, report_speed, waiting
from reconciler.render.console import emit
from reconciler.render.table import pairs


def main() -> None:
    """Measure everything, one after the other."""
    for module in (calls, waiting, check_speed, history_speed, report_speed, plan_cost):
        emit(pairs(module.run()))


main()
