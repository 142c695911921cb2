"""The plan comments of pull requests: what each shows, and keeping it up to date."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from reconciler.cli.limits_comment import with_limits_part
from reconciler.cli.planned_run import PlannedRun
from reconciler.history.remaining_capacity import remaining_capacity
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.forge import PullRequest
from reconciler.model.outcome import Outcome, Result
from reconciler.pull_requests.agreement import agreement
from reconciler.pull_requests.gather import Preview, owner
from reconciler.pull_requests.merge_report import MergedPullRequest
from reconciler.reconcile.engine.previews import plan_previews
from reconciler.reconcile.engine.request import PlannedEscalation
from reconciler.reconcile.slack_addresses import slack_addresses
from reconciler.render.comment_facts import CommentFacts, Merged
from reconciler.render.pull_request_comment import MARKER, pull_request_comment
from reconciler.services.errors import ServiceError


def comment_of(seen: PlannedRun, preview: Preview) -> str:
    """The comment on an open pull request."""
    return with_limits_part(seen, preview, pull_request_comment(_facts(seen, preview)))


def publish(seen: PlannedRun, outcomes: Sequence[Outcome]) -> tuple[Diagnostic, ...]:
    """Keep one comment on each pull request up to date; what failed, with the remedy.

    `outcomes` are what the run has changed before.
    """
    if seen.connected is None or not seen.connected.forge.comments_exist:
        return ()
    wanted, merged = list(_ours(seen)), seen.merges.merged
    plan_previews(seen.run, outcomes, seen.progress)
    if wanted or merged:
        seen.progress.stage("Commenting on pull requests", len(wanted) + len(merged))
    return (*_keep(seen, wanted), *_close(seen, merged, outcomes))


def _keep(seen: PlannedRun, wanted: Iterable[Preview]) -> Iterator[Diagnostic]:
    """Comment on each open pull request."""
    assert seen.connected is not None  # noqa: S101 - the caller has it
    for each in wanted:
        pull_request = each.opened.pull_request
        try:
            seen.connected.forge.comment(pull_request.id, MARKER, comment_of(seen, each))
        except ServiceError as error:
            yield _failure(pull_request, error)
        seen.progress.step(pull_request.name)


def _close(
    seen: PlannedRun, merged: Iterable[MergedPullRequest], outcomes: Sequence[Outcome]
) -> Iterator[Diagnostic]:
    """Let the comment of each pull request that this run merged show that."""
    assert seen.connected is not None  # noqa: S101 - the caller has it
    for each in merged:
        pull_request = each.opened.pull_request
        text = pull_request_comment(_facts_of_merged(seen, each, outcomes))
        try:
            seen.connected.forge.edit_comment(pull_request.id, MARKER, text)
        except ServiceError as error:
            yield _failure(pull_request, error)
        seen.progress.step(pull_request.name)


def _failure(pull_request: PullRequest, error: ServiceError) -> Diagnostic:
    message = f"the plan comment can't be written on {pull_request.name}: {error}"
    return Diagnostic("forge.comment", message, error.remedy or "The next run tries again.")


def _facts(seen: PlannedRun, preview: Preview) -> CommentFacts:
    snapshot, number = seen.files.snapshot, preview.opened.pull_request.id
    agreed = agreement(preview.opened, snapshot.roster)
    forge = seen.connected.forge if seen.connected else None
    facts = CommentFacts(
        preview=preview,
        policy=snapshot.policy,
        roster=snapshot.roster,
        jira_url=seen.settings.jira.url,
        plans=seen.run.previews.get(number, ()),
        capacities={
            desk: remaining_capacity(snapshot.policy, desk, seen.answers.admissions)
            for desk in preview.acknowledgers
        },
        agreed_by=agreed.by if agreed else (),
        unmerged=seen.merges.reason(number),
        merges_itself=snapshot.policy.merges_itself and forge is not None and forge.merges_exist,
    )
    of_this = {ticket: each for (id_, ticket), each in seen.run.previewed.items() if id_ == number}
    return _with_addresses(facts, seen, of_this.values())


def _facts_of_merged(
    seen: PlannedRun, merged: MergedPullRequest, outcomes: Iterable[Outcome]
) -> CommentFacts:
    """What followed from a pull request that this run merged."""
    tickets = merged.opened.tickets
    of_this = [each for each in outcomes if each.ticket in tickets and not each.pull_request]
    timeline = seen.files.timeline
    commits = {each.sha: each.at for each in timeline.commits} if timeline else {}
    facts = replace(
        _facts(seen, Preview(merged.opened, changes=merged.changes)),
        plans=tuple(each for each in seen.run.plan.escalations if each.ticket in tickets),
        merged=Merged(
            commits.get(merged.commit, seen.run.request.now),
            merged.names,
            sum(each.result is not Result.DONE for each in of_this),
        ),
    )
    planned = [seen.run.planned[each] for each in tickets if each in seen.run.planned]
    return _with_addresses(facts, seen, planned)


def _with_addresses(
    facts: CommentFacts, seen: PlannedRun, planned: Iterable[PlannedEscalation]
) -> CommentFacts:
    site = seen.run.observer.survey.identity.workspace_url
    found = {
        each.desired.ticket: slack_addresses(each.desired, each.observed, site) for each in planned
    }
    return replace(
        facts,
        threads={ticket: each.thread for ticket, each in found.items() if each.thread},
        channels={ticket: each.channel for ticket, each in found.items() if each.channel},
    )


def _ours(seen: PlannedRun) -> Iterator[Preview]:
    """Pull requests on which this run comments, and not one for another desk."""
    desks = seen.files.snapshot.policy.desks
    for each in seen.answers.previews:
        if each.opened.paths and owner(each.opened, desks) in seen.files.desks:
            yield each
