"""The plan comments of open pull requests: what each says, and keeping it said."""

from collections.abc import Iterable, Iterator

from reconciler.cli.planned_run import PlannedRun
from reconciler.history.remaining_capacity import remaining_capacity
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.outcome import Outcome
from reconciler.pull_requests.gather import Preview, owner
from reconciler.reconcile.engine.previews import plan_previews
from reconciler.render.pull_request_comment import MARKER, CommentContext, pull_request_comment
from reconciler.services.errors import ServiceError


def comment_of(seen: PlannedRun, preview: Preview) -> str:
    """What is said about a proposal."""
    policy = seen.files.snapshot.policy
    facts = CommentContext(
        roster=seen.files.snapshot.roster,
        plans=seen.run.previews.get(preview.opened.pull_request.id, ()),
        capacities={
            desk: remaining_capacity(policy, desk, seen.answers.admissions)
            for desk in preview.acknowledgers
        },
        unmerged=seen.merges.reason(preview.opened.pull_request.id),
    )
    return pull_request_comment(preview, facts)


def publish(seen: PlannedRun, outcomes: Iterable[Outcome]) -> tuple[Diagnostic, ...]:
    """Keep one comment on each proposal up to date; what failed, with the cure.

    `outcomes` are what the run has changed before.
    """
    if seen.connected is None or not seen.connected.forge.comments_exist:
        return ()
    wanted = list(_ours(seen))
    plan_previews(seen.run, outcomes, seen.progress)
    if wanted:
        seen.progress.stage("Commenting on pull requests", len(wanted))
    diagnostics: list[Diagnostic] = []
    for each in wanted:
        pull_request = each.opened.pull_request
        try:
            seen.connected.forge.comment(pull_request.id, MARKER, comment_of(seen, each))
        except ServiceError as error:
            message = f"the plan comment can't be written on {pull_request.name}: {error}"
            remedy = error.remedy or "The next run tries again."
            diagnostics.append(Diagnostic("forge.comment", message, remedy))
        seen.progress.step(pull_request.name)
    return tuple(diagnostics)


def _ours(seen: PlannedRun) -> Iterator[Preview]:
    """Proposals on which this run comments, and not one for another desk."""
    desks = seen.files.snapshot.policy.desks
    for each in seen.answers.previews:
        if each.opened.paths and owner(each.opened, desks) in seen.files.desks:
            yield each
