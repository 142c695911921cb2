"""Looking: read both services, and plan what makes the difference go away."""

from collections.abc import Callable, Iterable
from typing import Final

from reconciler.apply.progress import Progress
from reconciler.apply.proposals import look_at_proposals
from reconciler.apply.request import Looked, Request, Run
from reconciler.apply.side_by_side import side_by_side
from reconciler.apply.unseen import unseen
from reconciler.model.change import EscalationPlan, Plan
from reconciler.model.desired import Desired
from reconciler.model.observed import Observed, Reading
from reconciler.model.trouble import Trouble
from reconciler.observe.observer import THOROUGH, Observer
from reconciler.observe.reach import starts
from reconciler.observe.survey import Survey, survey
from reconciler.reconcile.facets import fields_to_read
from reconciler.reconcile.plan import plan_escalation
from reconciler.services.connect import Gateways
from reconciler.services.errors import InternalError, ServiceError

_READINGS: Final = len(Reading) + 1
"""How often a plan may ask for more to be read; each answer can raise one more question."""


def look_and_plan(request: Request, gateways: Gateways, progress: Progress) -> Run:
    """Read both services and plan.

    Raises SetupError when nothing can be done at all, before anything is changed.
    """
    progress.stage("Looking at Jira and Slack")
    gateways.jira.also_read(fields_to_read())
    labelled = _label_search(request, gateways)
    beside = {each.ticket for previews in request.previews.values() for each in previews}
    beside |= {each.ticket for each in request.proposals}
    seen = survey(
        gateways,
        request.desired.declared,
        request.recent,
        labelled,
        fetched=request.fetched,
        beside=sorted(beside),
    )
    reach = starts(request.now, seen, request.desired.declared, request.proposals)
    observer = Observer(gateways, seen, request.roster, request.now, reach)
    run = Run(request, gateways, observer, Plan(made_at=request.now))
    visited = (each for each in request.desired.declared if each.ticket in seen.visited)
    wanted = [request.desired.of(each) for each in visited]
    progress.stage("Reading each escalation", len(wanted))
    plans = _plans(run, wanted, progress)
    proposals, troubles = look_at_proposals(run, plans, progress)
    run.plan = Plan(
        made_at=request.now,
        revision=request.revision,
        thorough=request.thorough,
        escalations=tuple(plans[ticket] for ticket in sorted(plans, key=ticket_order)),
        proposals=proposals,
        notices=tuple(_strays(request, seen)),
        troubles=(*request.troubles, *seen.troubles, *troubles),
    )
    return run


def _plans(run: Run, wanted: list[Desired], progress: Progress) -> dict[str, EscalationPlan]:
    plans: dict[str, EscalationPlan] = {}
    for desired, result in side_by_side(
        run.gateways, wanted, _ticket, lambda each: first_look(run, each), progress
    ):
        if isinstance(result, ServiceError | InternalError):
            plans[desired.ticket] = unseen(desired, result)
        else:
            run.looked[desired.ticket] = result
            plans[desired.ticket] = result.planned.plan
    return plans


def look_again(run: Run, desired: Desired) -> Looked:
    """Everything about one escalation read anew, and planned."""
    return look(run, desired, run.observer.refresh(desired))


def first_look(run: Run, desired: Desired) -> Looked:
    """One escalation by what this run has read already, and planned."""
    return look(run, desired, run.observer.observe(desired))


def _ticket(desired: Desired) -> str:
    return desired.ticket


def _label_search(request: Request, gateways: Gateways) -> Callable[[], list[str]]:
    return lambda: gateways.jira.search_labelled(request.label, request.projects)


def look(run: Run, desired: Desired, observed: Observed) -> Looked:
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


def _strays(request: Request, seen: Survey) -> Iterable[Trouble]:
    declared = request.declared | {each.ticket for each in request.desired.declared}
    proposed = {each.ticket for each in request.proposals}
    live = seen.live_tickets() - declared
    for ticket in sorted(seen.labelled - declared - proposed - live, key=ticket_order):
        yield Trouble(
            "jira.label",
            f"{ticket} carries the label {request.label} and has no file",
            f"Take it in: escalate import {ticket}. Or take the label off; it is left alone here.",
        )
    for ticket in sorted(live, key=ticket_order):
        yield Trouble(
            "slack.channel",
            f"{ticket} has a live escalation channel and no file",
            f"Bring escalations/<year>/{ticket}.yaml back, and end the escalation in it.",
        )


def ticket_order(ticket: str) -> tuple[str, int]:
    """Tickets by project and number."""
    project, _, number = ticket.rpartition("-")
    return project, int(number)
