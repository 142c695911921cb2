"""A run: look, plan, and make the difference go away."""

import logging
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import as_completed
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeVar

from reconciler.apply.escalation import Carried, carry_out
from reconciler.apply.progress import Progress
from reconciler.model.change import Change, EscalationPlan, Plan
from reconciler.model.desired import Desired
from reconciler.model.observed import Observed, Trouble
from reconciler.model.outcome import Outcome, Result
from reconciler.model.roster import Roster
from reconciler.observe.observer import THOROUGH, Observer
from reconciler.observe.survey import Survey, survey
from reconciler.plan.escalation import Planned, plan_escalation
from reconciler.services.errors import MALFORMED, ServiceError, malformed
from reconciler.services.gateways import Gateways

T = TypeVar("T")
_log = logging.getLogger(__name__)

_LOOKS: Final = 3
"""How often an escalation is looked at again in one run before the next run has to."""
_READINGS: Final = 4
"""How often a plan may ask for more to be read; each answer can raise one more question."""


@dataclass(frozen=True)
class Request:
    """What a run is to do."""

    desired: tuple[Desired, ...]
    declared: frozenset[str]
    """The tickets that have a file, readable or not."""
    roster: Roster
    label: str
    projects: tuple[str, ...]
    now: datetime
    revision: str = ""
    recent: frozenset[str] | None = None
    """Files that changed lately; None when there is no history to tell."""
    thorough: bool = False


@dataclass
class Looked:
    """One escalation as planned, with what the plan follows from."""

    desired: Desired
    observed: Observed
    planned: Planned


@dataclass
class Run:
    """One run's reading of the services, and its plan."""

    request: Request
    gateways: Gateways
    observer: Observer
    plan: Plan
    looked: dict[str, Looked] = field(default_factory=dict)


def look_and_plan(request: Request, gateways: Gateways, progress: Progress) -> Run:
    """Read both services and plan.

    Raises SetupError when nothing can be done at all, before anything is changed.
    """
    progress.stage("Looking at Jira and Slack")
    labelled = _label_search(request, gateways) if request.thorough else None
    seen = survey(gateways, request.desired, request.recent, labelled)
    observer = Observer(gateways, seen, request.roster, request.now)
    observer.expect(request.desired)
    wanted = [each for each in request.desired if each.ticket in seen.visited]
    progress.stage("Reading each escalation", len(wanted))
    run = Run(request, gateways, observer, Plan(made_at=request.now))
    plans: dict[str, EscalationPlan] = {}
    for desired, result in _side_by_side(
        gateways, wanted, lambda each: _look(run, each, observer.observe(each)), progress
    ):
        if isinstance(result, ServiceError):
            plans[desired.ticket] = _unseen(desired, result)
        else:
            run.looked[desired.ticket] = result
            plans[desired.ticket] = result.planned.plan
    run.plan = Plan(
        made_at=request.now,
        revision=request.revision,
        thorough=request.thorough,
        escalations=tuple(plans[ticket] for ticket in sorted(plans, key=_ticket_order)),
        notices=tuple(_strays(request, seen)),
    )
    return run


def apply(run: Run, progress: Progress) -> tuple[Outcome, ...]:
    """Carry out the plan of a run, each escalation apart from the others."""
    busy = [each for each in run.looked.values() if each.planned.plan.changes]
    progress.stage("Applying", len(busy))
    outcomes: list[Outcome] = []
    tickets = [each.desired for each in busy]
    for _, result in _side_by_side(
        run.gateways, tickets, lambda each: _apply_one(run, run.looked[each.ticket]), progress
    ):
        if isinstance(result, ServiceError):  # looking again failed; what was done is told
            continue
        outcomes += result
    return tuple(sorted(outcomes, key=lambda each: _ticket_order(each.ticket)))


def _label_search(request: Request, gateways: Gateways) -> Callable[[], list[str]]:
    return lambda: gateways.jira.search_labelled(request.label, request.projects)


def _look(run: Run, desired: Desired, observed: Observed) -> Looked:
    """Plan, and read what the plan turns out to depend on."""
    if run.request.thorough and observed.ticket is not None and not _asleep(desired, observed):
        observed = run.observer.deepen(desired, observed, THOROUGH)
    planned = plan_escalation(desired, observed, run.request.now)
    for _ in range(_READINGS):
        if not planned.needs:
            break
        observed = run.observer.deepen(desired, observed, planned.needs)
        planned = plan_escalation(desired, observed, run.request.now)
    return Looked(desired, observed, planned)


def _asleep(desired: Desired, observed: Observed) -> bool:
    """Whether the story is over, so that even a thorough run leaves it alone."""
    channel = observed.channel
    return desired.phase.ended and (channel is None or channel.archived)


def _apply_one(run: Run, looked: Looked) -> list[Outcome]:
    """Apply, and where an answer was lost read back and do what is still missing."""
    carried = _carry(run, looked)
    outcomes = {_key(each): each for each in carried.outcomes}
    for _ in range(_LOOKS):
        if not carried.look_again:
            break
        try:
            again = _look(run, looked.desired, run.observer.refresh(looked.desired))
        except (ServiceError, *MALFORMED):
            break  # the next run reads it back
        _settle(outcomes, again.planned.plan)
        carried = _carry(run, again)
        outcomes |= {_key(each): each for each in carried.outcomes}
    return list(outcomes.values())


def _carry(run: Run, looked: Looked) -> Carried:
    identity = run.observer.survey.identity
    return carry_out(looked.planned, looked.observed, run.gateways, identity)


def _settle(outcomes: dict[str, Outcome], plan: EscalationPlan) -> None:
    """What is no longer wanted after reading back has taken effect."""
    wanted = {_change_key(plan.ticket, change) for change in plan.changes}
    for key, outcome in outcomes.items():
        if outcome.result is Result.UNKNOWN and key not in wanted:
            outcomes[key] = outcome.model_copy(
                update={"result": Result.DONE, "answer": "the answer was lost, the effect is there"}
            )


def _key(outcome: Outcome) -> str:
    return _change_key(outcome.ticket, outcome.change)


def _change_key(ticket: str, change: Change) -> str:
    return f"{ticket} {change.facet} {change.after}"


def _side_by_side(
    gateways: Gateways,
    wanted: Iterable[Desired],
    work: Callable[[Desired], T],
    progress: Progress,
) -> Iterator[tuple[Desired, T | ServiceError]]:
    futures = {gateways.pool.submit(work, each): each for each in wanted}
    for future in as_completed(futures):
        desired = futures[future]
        progress.step(desired.ticket)
        try:
            yield desired, future.result()
        except ServiceError as error:
            yield desired, error
        except MALFORMED as error:
            _log.debug("malformed answer", exc_info=error)
            yield desired, malformed(error)


def _unseen(desired: Desired, error: ServiceError) -> EscalationPlan:
    trouble = Trouble("observe", str(error), error.cure or "The next run tries again.")
    return EscalationPlan(
        ticket=desired.ticket,
        title=desired.title,
        phase=desired.phase,
        path=desired.path,
        desk=desired.desk,
        basis="",
        problems=(trouble,),
    )


def _strays(request: Request, seen: Survey) -> Iterable[Trouble]:
    declared = request.declared | {each.ticket for each in request.desired}
    for ticket in sorted(seen.labelled - declared, key=_ticket_order):
        yield Trouble(
            "jira.label",
            f"{ticket} carries the label {request.label} and has no file",
            f"Add escalations/<year>/{ticket}.yaml, or take the label off.",
        )
    for ticket in sorted(seen.live_tickets() - declared, key=_ticket_order):
        yield Trouble(
            "slack.channel",
            f"{ticket} has a live escalation channel and no file",
            f"Bring escalations/<year>/{ticket}.yaml back, and end the escalation in it.",
        )


def _ticket_order(ticket: str) -> tuple[str, int]:
    project, _, number = ticket.rpartition("-")
    return project, int(number)
