"""Plans for the announcements of pull requests in the desks' channels."""

from collections.abc import Iterator, Mapping
from typing import Final

from reconciler.model.change import EscalationPlan
from reconciler.model.declared import Declared
from reconciler.model.desired import Desired
from reconciler.model.diagnostic import Diagnostic
from reconciler.reconcile.engine.plan_one import first_look, unseen
from reconciler.reconcile.engine.progress import Progress
from reconciler.reconcile.engine.request import Run
from reconciler.reconcile.engine.side_by_side import side_by_side
from reconciler.services.errors import InternalError, ServiceError
from reconciler.services.slack.values import PostKey

_ANNOUNCES: Final = "slack.announcement"


def look_at_pull_requests(
    run: Run, plans: Mapping[str, EscalationPlan], progress: Progress
) -> tuple[tuple[EscalationPlan, ...], tuple[Diagnostic, ...]]:
    """Plans for the announcements of pull requests, and diagnostics of what can't be read.

    `plans` are those of the main branch. Announcements that they change are left out.
    """
    request, diagnostics = run.request, list[Diagnostic]()
    if run.observer.survey.absent == "Slack":
        return (), ()
    wanted = list(request.pull_requests)
    if request.closed is not None:
        wanted += _ended(run, plans, diagnostics)
    if not wanted:
        return (), tuple(diagnostics)
    progress.stage("Reading pull requests", len(wanted))
    found: list[EscalationPlan] = []
    for desired, result in side_by_side(
        run.gateways, wanted, lambda each: each.ticket, lambda each: first_look(run, each), progress
    ):
        if isinstance(result, ServiceError | InternalError):
            found.append(unseen(desired, result))
        else:
            run.pull_requests.append(result)
            found.append(result.planned.plan)
    return tuple(sorted(found, key=lambda each: (each.pull_request, each.ticket))), tuple(
        diagnostics
    )


def _ended(
    run: Run, plans: Mapping[str, EscalationPlan], diagnostics: list[Diagnostic]
) -> Iterator[Desired]:
    """Desired states of announced pull requests that are no longer open."""
    request = run.request
    closed = request.closed
    open_now = {(each.ticket, each.announcement.message.key) for each in request.pull_requests}
    on_main = {(each.ticket, each.announcement): each for each in request.desired.declared}
    for key, pull_request in _announced(run, diagnostics):
        name = (key.ticket, key.kind)
        if closed is None or name in open_now or not _is_ours(run, key.ticket):
            continue
        main = on_main.get(name)
        if main is not None and _will_be_said(main, plans.get(key.ticket)):
            continue
        try:
            found = closed(key, pull_request, None if main is None else request.desired.of(main))
        except ServiceError as error:
            diagnostics.append(
                Diagnostic(
                    "forge", f"{key.ticket}: {error}", error.remedy or "The next run asks again."
                )
            )
            continue
        if found is not None:
            yield found


def _is_ours(run: Run, ticket: str) -> bool:
    return ticket.rpartition("-")[0] in run.request.projects


def _will_be_said(main: Declared, plan: EscalationPlan | None) -> bool:
    """True if the plan of the main branch updates the announcement."""
    said = plan is not None and any(each.facet == _ANNOUNCES for each in plan.changes)
    return said or not main.phase.ended


def _announced(run: Run, diagnostics: list[Diagnostic]) -> Iterator[tuple[PostKey, str]]:
    survey, request = run.observer.survey, run.request
    for name in dict.fromkeys(request.announced_in):
        channel = survey.desk_channel(name).id
        if channel is None:
            continue
        try:
            announcements = run.observer.announcements
            yield from announcements.proposed(channel, ended=request.thorough).items()
        except ServiceError as error:
            diagnostics.append(
                Diagnostic(
                    "slack.announcement",
                    f"#{name} can't be read: {error}",
                    error.remedy or "The next run tries again.",
                )
            )
