"""A run's second half: make the difference go away."""

from typing import Final

from reconciler.model.outcome import Outcome
from reconciler.reconcile.engine.budget import Budget
from reconciler.reconcile.engine.execute import Executor
from reconciler.reconcile.engine.outcomes import Outcomes
from reconciler.reconcile.engine.plan_one import look_again
from reconciler.reconcile.engine.progress import Progress
from reconciler.reconcile.engine.request import Looked, Run, ticket_order
from reconciler.reconcile.engine.side_by_side import side_by_side
from reconciler.reconcile.facet import ReadBack
from reconciler.services.errors import InternalError, ServiceError

_LOOKS: Final = 3
"""How often an escalation is looked at again in one run before the next run has to."""


def apply(run: Run, progress: Progress, budget: Budget) -> tuple[Outcome, ...]:
    """Carry out the plan of a run, each escalation apart from the others.

    There is at least one outcome for each planned change, whatever happens. Every pass spends
    from the one `budget`.
    """
    executor = Executor(run.gateways, run.observer.survey.identity, budget)
    pieces = [*run.looked.values(), *run.pull_requests]
    busy = [(each, Outcomes(each.planned.plan)) for each in pieces if each.planned.plan.changes]
    progress.stage("Applying", len(busy))
    for (_, outcomes), result in side_by_side(
        run.gateways,
        busy,
        lambda each: each[0].desired.ticket,
        lambda each: _apply(run, executor, *each),
        progress,
    ):
        if isinstance(result, ServiceError | InternalError):
            outcomes.broken(result)
    found = [outcome for _, outcomes in busy for outcome in outcomes.every()]
    return tuple(sorted(found, key=lambda each: (ticket_order(each.ticket), each.pull_request)))


def _apply(run: Run, executor: Executor, piece: Looked, outcomes: Outcomes) -> None:
    """Make the changes; where an answer was lost, read back and do what is still missing.

    A second look may only finish what the plan of this run has. What else it finds is left to the
    next run, whose plan can be read before it is applied.
    """
    unfinished = executor.carry_out(piece.planned, piece.observed, outcomes)
    for _ in range(_LOOKS):
        if not unfinished:
            break
        try:
            piece = look_again(run, piece.desired)
        except ServiceError:
            break  # the next run reads it back
        seen = piece.observed
        read_back = ReadBack(seen.ticket, seen.channel, seen.announced, piece.planned.receipt)
        outcomes.settle(piece.planned.plan, read_back)
        unfinished = executor.carry_out(piece.planned, piece.observed, outcomes)
