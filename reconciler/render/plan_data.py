"""A plan, and what became of it, for spreadsheets."""

from typing import Final

from reconciler.model.change import Plan
from reconciler.render.sheet import Sheet

_COLUMNS: Final = ("ticket", "pull_request", "facet", "action", "before", "after", "why")


def plan_sheet(plan: Plan) -> Sheet:
    """A row for each change."""
    return Sheet(
        _COLUMNS,
        tuple(
            (
                each.ticket,
                each.pull_request,
                change.facet,
                str(change.action),
                change.before,
                change.after,
                change.why,
            )
            for each in plan.blocks
            for change in each.changes
        ),
    )
