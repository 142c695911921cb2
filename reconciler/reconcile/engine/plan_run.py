"""Plan a whole run: read both services, and plan each escalation and pull request."""

from collections.abc import Iterable

from reconciler.model.change import EscalationPlan, Plan
from reconciler.model.desired import Desired
from reconciler.model.diagnostic import Diagnostic
from reconciler.reconcile.engine.plan_one import first_look, unseen
from reconciler.reconcile.engine.progress import Progress
from reconciler.reconcile.engine.pull_requests import look_at_pull_requests
from reconciler.reconcile.engine.request import Request, Run, ticket_order
from reconciler.reconcile.engine.side_by_side import side_by_side
from reconciler.reconcile.facets import fields_to_read
from reconciler.reconcile.inventory.observer import Observer
from reconciler.reconcile.inventory.search_start import starts
from reconciler.reconcile.inventory.survey import FirstReads, Survey, start_reading, survey
from reconciler.services.connect import Gateways
from reconciler.services.errors import InternalError, ServiceError, SetupError


def plan_run(
    request: Request, gateways: Gateways, progress: Progress, reads: FirstReads | None = None
) -> Run:
    """Read both services and plan; `reads` has begun before.

    Raises SetupError when nothing can be done at all, before anything is changed.
    """
    progress.stage("Looking at Jira and Slack")
    gateways.jira.also_read(fields_to_read())
    reads = reads or start_reading(
        gateways, lambda: gateways.jira.search_labelled(request.label, request.projects)
    )
    beside = {each.ticket for previews in request.previews.values() for each in previews}
    beside |= {each.ticket for each in request.pull_requests}
    seen = survey(
        gateways,
        request.desired.declared,
        request.recent,
        reads,
        beside=sorted(beside),
        receipts=request.receipts,
        desks=request.announced_in,
    )
    if seen.absent == "Slack" and not request.declared:
        raise SetupError(
            "Slack cannot be read, so it is unknown whether escalations without a file are active",
            "Nothing was changed. The next run tries again.",
        )
    reach = starts(request.now, seen, request.desired.declared, request.pull_requests)
    observer = Observer(gateways, seen, request.roster, request.now, reach)
    run = Run(request, gateways, observer, Plan(made_at=request.now))
    visited = (each for each in request.desired.declared if each.ticket in seen.visited)
    wanted = [request.desired.of(each) for each in visited]
    progress.stage("Reading each escalation", len(wanted))
    plans = _plans(run, wanted, progress)
    pull_requests, diagnostics = look_at_pull_requests(run, plans, progress)
    run.plan = Plan(
        made_at=request.now,
        revision=request.revision,
        thorough=request.thorough,
        escalations=tuple(plans[ticket] for ticket in sorted(plans, key=ticket_order)),
        pull_requests=pull_requests,
        notices=(*request.notices, *_strays(request, seen), *seen.renamed_desks()),
        diagnostics=(*request.diagnostics, *seen.diagnostics, *diagnostics),
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
            run.planned[desired.ticket] = result
            plans[desired.ticket] = result.planned.plan
    return plans


def _ticket(desired: Desired) -> str:
    return desired.ticket


def _strays(request: Request, seen: Survey) -> Iterable[Diagnostic]:
    declared = request.declared | {each.ticket for each in request.desired.declared}
    proposed = {each.ticket for each in request.pull_requests}
    live = seen.live_tickets() - declared
    for ticket in sorted(seen.labelled - declared - proposed - live, key=ticket_order):
        yield Diagnostic(
            "jira.label",
            f"{ticket} carries the label {request.label} and has no file",
            f"Import it: escalate import {ticket}. Or remove the label: the tool leaves it.",
        )
    for ticket in sorted(live, key=ticket_order):
        yield Diagnostic(
            "slack.channel",
            f"{ticket} has an open escalation channel and no file",
            f"Restore escalations/<year>/{ticket}.yaml, and end the escalation in it.",
        )
