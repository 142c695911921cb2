"""What each open pull request would do if it were merged now, after this run's own changes."""

from collections.abc import Iterable

from reconciler.model.change import EscalationPlan
from reconciler.model.desired import Desired
from reconciler.model.outcome import Outcome
from reconciler.reconcile.engine.plan_one import first_look, replan, unseen
from reconciler.reconcile.engine.progress import Progress
from reconciler.reconcile.engine.request import PlannedEscalation, Run, ticket_order
from reconciler.reconcile.engine.side_by_side import side_by_side
from reconciler.services.errors import InternalError, ServiceError


def plan_previews(run: Run, outcomes: Iterable[Outcome], progress: Progress) -> None:
    """Plan each open pull request as if it were merged now, into `run.previews`.

    `outcomes` are what this run has changed. That is read again first, so that a run without any
    change in between plans the same.
    """
    wanted = [
        (pull_request, each)
        for pull_request, every in run.request.previews.items()
        for each in every
    ]
    if not wanted:
        return
    progress.stage("Planning what pull requests would do", len(wanted))
    done = tuple(outcomes)
    if done:
        run.observer.announcements.forget()
    changed = {each.ticket for each in done if not each.pull_request}
    found: dict[str, list[EscalationPlan]] = {pull_request: [] for pull_request, _ in wanted}
    for (pull_request, desired), result in side_by_side(
        run.gateways,
        wanted,
        lambda each: each[1].ticket,
        lambda each: _look(run, each[1], changed),
        progress,
    ):
        if isinstance(result, ServiceError | InternalError):
            found[pull_request].append(unseen(desired, result))
        else:
            found[pull_request].append(result.planned.plan)
            run.previewed[pull_request, desired.ticket] = result
    run.previews = {
        pull_request: tuple(sorted(plans, key=lambda each: ticket_order(each.ticket)))
        for pull_request, plans in found.items()
    }


def _look(run: Run, desired: Desired, changed: set[str]) -> PlannedEscalation:
    return replan(run, desired) if desired.ticket in changed else first_look(run, desired)
