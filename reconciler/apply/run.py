"""A run's second half: make the difference go away."""

from typing import Final

from reconciler.apply.budget import Budget
from reconciler.apply.escalation import Executor
from reconciler.apply.look import look_again, ticket_order
from reconciler.apply.outcomes import Outcomes
from reconciler.apply.progress import Progress
from reconciler.apply.proposals import look as look_at_proposal
from reconciler.apply.request import Looked, LookedProposal, Run
from reconciler.apply.side_by_side import side_by_side
from reconciler.model.outcome import Outcome
from reconciler.reconcile.facet import ReadBack
from reconciler.services.errors import InternalError, ServiceError

_LOOKS: Final = 3
"""How often an escalation is looked at again in one run before the next run has to."""

Piece = Looked | LookedProposal


def apply(run: Run, progress: Progress, budget: Budget) -> tuple[Outcome, ...]:
    """Carry out the plan of a run, each escalation apart from the others.

    There is at least one outcome for each planned change, whatever happens. Every pass spends
    from the one `budget`.
    """
    executor = Executor(run.gateways, run.observer.survey.identity, budget)
    pieces: list[Piece] = [*run.looked.values(), *run.told]
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
    return tuple(sorted(found, key=lambda each: (ticket_order(each.ticket), each.proposal)))


def _apply(run: Run, executor: Executor, piece: Piece, outcomes: Outcomes) -> None:
    """Make the changes; where an answer was lost, read back and do what is still missing.

    A second look may only finish what the plan of this run has. What else it finds is left to the
    next run, whose plan can be read before it is applied.
    """
    unfinished = _carry_out(executor, piece, outcomes)
    for _ in range(_LOOKS):
        if not unfinished:
            break
        try:
            piece = _again(run, piece)
        except ServiceError:
            break  # the next run reads it back
        outcomes.settle(piece.planned.plan, _read_back(piece))
        unfinished = _carry_out(executor, piece, outcomes)


def _carry_out(executor: Executor, piece: Piece, outcomes: Outcomes) -> bool:
    if isinstance(piece, Looked):
        return executor.carry_out(piece.planned, piece.observed, outcomes)
    return executor.announce(piece.planned, piece.seen.announced.channel, outcomes)


def _again(run: Run, piece: Piece) -> Piece:
    if isinstance(piece, Looked):
        return look_again(run, piece.desired)
    run.observer.announcements.forget()
    return look_at_proposal(run, piece.desired)


def _read_back(piece: Piece) -> ReadBack:
    if isinstance(piece, Looked):
        seen = piece.observed
        return ReadBack(seen.ticket, seen.channel, seen.announced, piece.planned.memory)
    return ReadBack(None, None, piece.seen.announced, piece.planned.memory)
