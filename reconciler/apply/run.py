"""A run's second half: make the difference go away."""

from collections.abc import Callable
from typing import Final, Protocol, TypeVar

from reconciler.apply.escalation import Carried, carry_out, tell_proposal
from reconciler.apply.look import look_again, ticket_order
from reconciler.apply.progress import Progress
from reconciler.apply.proposals import look as look_at_proposal
from reconciler.apply.request import Looked, LookedProposal, Run
from reconciler.apply.side_by_side import side_by_side
from reconciler.model.change import Change, EscalationPlan
from reconciler.model.outcome import Outcome, Result
from reconciler.model.proposed import DesiredProposal
from reconciler.services.errors import MALFORMED, ServiceError

_LOOKS: Final = 3
"""How often an escalation is looked at again in one run before the next run has to."""


class _Planned(Protocol):
    @property
    def plan(self) -> EscalationPlan: ...


class _Seen(Protocol):
    @property
    def planned(self) -> _Planned: ...


S = TypeVar("S", bound=_Seen)


def apply(run: Run, progress: Progress) -> tuple[Outcome, ...]:
    """Carry out the plan of a run, each escalation apart from the others."""
    pieces: list[Looked | LookedProposal] = [*run.looked.values(), *run.told]
    busy = [each for each in pieces if each.planned.plan.changes]
    progress.stage("Applying", len(busy))
    outcomes: list[Outcome] = []
    for _, result in side_by_side(
        run.gateways, busy, lambda each: each.desired.ticket, lambda each: _one(run, each), progress
    ):
        if isinstance(result, ServiceError):  # looking again failed; what was done is told
            continue
        outcomes += result
    return tuple(sorted(outcomes, key=lambda each: (ticket_order(each.ticket), each.proposal)))


def _one(run: Run, piece: Looked | LookedProposal) -> list[Outcome]:
    identity = run.observer.survey.identity
    if isinstance(piece, Looked):
        desired = piece.desired
        return _apply(
            piece,
            lambda each: carry_out(each.planned, each.observed, run.gateways, identity),
            lambda: look_again(run, desired),
        )
    proposal = piece.desired
    return _apply(
        piece,
        lambda each: tell_proposal(
            each.planned, each.seen.announced.channel, run.gateways, identity
        ),
        lambda: _look_at_proposal_again(run, proposal),
    )


def _look_at_proposal_again(run: Run, desired: DesiredProposal) -> LookedProposal:
    run.observer.announcements.forget()
    return look_at_proposal(run, desired)


def _apply(piece: S, carry: Callable[[S], Carried], look: Callable[[], S]) -> list[Outcome]:
    """Apply, and where an answer was lost read back and do what is still missing."""
    carried = carry(piece)
    outcomes = {_key(each): each for each in carried.outcomes}
    for _ in range(_LOOKS):
        if not carried.look_again:
            break
        try:
            again = look()
        except (ServiceError, *MALFORMED):
            break  # the next run reads it back
        _settle(outcomes, again.planned.plan)
        carried = carry(again)
        outcomes |= {_key(each): each for each in carried.outcomes}
    return list(outcomes.values())


def _settle(outcomes: dict[str, Outcome], plan: EscalationPlan) -> None:
    """What is no longer wanted after reading back has taken effect, or need not wait any more."""
    wanted = {_change_key(plan.ticket, change) for change in plan.changes}
    for key, outcome in list(outcomes.items()):
        if outcome.result is Result.SKIPPED and key not in wanted:
            del outcomes[key]
        elif outcome.result is Result.UNKNOWN and key not in wanted:
            outcomes[key] = outcome.model_copy(
                update={"result": Result.DONE, "answer": "the answer was lost, the effect is there"}
            )


def _key(outcome: Outcome) -> str:
    return _change_key(outcome.ticket, outcome.change)


def _change_key(ticket: str, change: Change) -> str:
    return f"{ticket} {change.facet} {change.after}"
