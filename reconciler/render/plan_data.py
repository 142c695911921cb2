"""A plan, and what became of it, for programs and for spreadsheets."""

from collections.abc import Sequence
from typing import Final

from pydantic import Field

from reconciler.model.change import Change, Plan
from reconciler.model.outcome import Outcome
from reconciler.model.output import Output
from reconciler.render.sheet import Sheet

_CHANGE: Final = ("ticket", "pull_request", "facet", "action", "before", "after", "why")
_OUTCOME: Final = (*_CHANGE, "result", "answer", "remedy")


class ApplyOutput(Output):
    """What a run planned and did."""

    merges: tuple[str, ...] = Field(
        description="Pull requests that the run merged, and agreed ones that it did not merge."
    )
    plan: Plan = Field(description="The plan, as `escalate plan --format json` prints it.")
    outcomes: tuple[Outcome, ...] = Field(description="What became of each planned change.")


def apply_output(plan: Plan, outcomes: Sequence[Outcome], merges: Sequence[str]) -> ApplyOutput:
    """A run for programs. `merges` are lines about pull requests."""
    return ApplyOutput(merges=tuple(merges), plan=plan, outcomes=tuple(outcomes))


def plan_sheet(plan: Plan) -> Sheet:
    """A row for each change."""
    return Sheet(
        _CHANGE,
        tuple(
            _row(each.ticket, each.pull_request, change)
            for each in plan.blocks
            for change in each.changes
        ),
    )


def outcome_sheet(outcomes: Sequence[Outcome]) -> Sheet:
    """A row for each change that was planned."""
    return Sheet(
        _OUTCOME,
        tuple(
            (
                *_row(each.ticket, each.pull_request, each.change),
                str(each.result),
                each.answer,
                each.remedy,
            )
            for each in outcomes
        ),
    )


def _row(ticket: str, pull_request: str, change: Change) -> tuple[str, ...]:
    what = (change.facet, str(change.action), change.before, change.after, change.why)
    return (ticket, pull_request, *what)
