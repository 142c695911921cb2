"""Apply the plan of a run: change Jira and Slack to match the files."""

from typing import Final

from reconciler.model.outcome import Outcome
from reconciler.reconcile.engine.budget import Budget
from reconciler.reconcile.engine.execute import Executor
from reconciler.reconcile.engine.outcomes import Outcomes
from reconciler.reconcile.engine.permit import Permit
from reconciler.reconcile.engine.plan_one import replan
from reconciler.reconcile.engine.progress import Progress
from reconciler.reconcile.engine.request import PlannedEscalation, Run, ticket_order
from reconciler.reconcile.engine.side_by_side import side_by_side
from reconciler.reconcile.facet import ReadBack
from reconciler.services.errors import InternalError, ServiceError

_LOOKS: Final = 3
"""How often one run reads an escalation again before it leaves the rest to the next run."""


def apply(
    run: Run, progress: Progress, budget: Budget, permit: Permit | None = None
) -> tuple[Outcome, ...]:
    """Apply the plan of a run, each escalation independently of the others.

    Each planned change has at least one outcome, also after errors. All passes share `budget`.
    No change begins once `permit` refuses it.
    """
    executor = Executor(run.gateways, run.observer.survey.identity, budget, permit or Permit())
    pieces = [*run.planned.values(), *run.pull_requests]
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


def _apply(run: Run, executor: Executor, piece: PlannedEscalation, outcomes: Outcomes) -> None:
    """Make the changes. If an answer was lost, read again and make what is still missing.

    Later passes make only changes of this run's plan. Other differences are left to the next run,
    because its plan can be reviewed before it is applied.
    """
    unfinished = executor.carry_out(piece.planned, piece.observed, outcomes)
    for _ in range(_LOOKS):
        if not unfinished:
            break
        try:
            piece = replan(run, piece.desired)
        except ServiceError:
            break  # the next run reads it back
        seen = piece.observed
        read_back = ReadBack(seen.ticket, seen.channel, seen.announced, piece.planned.receipt)
        outcomes.settle(piece.planned.plan, read_back)
        unfinished = executor.carry_out(piece.planned, piece.observed, outcomes)
