"""A run merges the open pull requests that everybody has agreed to, before it changes anything.

A merge with a token of Actions starts no workflow. So the run reads the main branch again, and
carries out what it merged.
"""

import time
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Final

from reconciler.cli.lease import RunLease
from reconciler.cli.merge_candidates import (
    NEXT_RUN,
    Candidate,
    connected_forge,
    failure,
    find_candidates,
    intended_merges,
    unblocked,
)
from reconciler.cli.merge_records import merge_records
from reconciler.cli.options import Options
from reconciler.cli.planned_run import PlannedRun
from reconciler.history.commit_times import SKEW
from reconciler.history.field_owners import Rights
from reconciler.load.snapshot import load_snapshot
from reconciler.model.acknowledgement import Verdicts
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.forge import BranchRules, MergeRefusal, PullRequest
from reconciler.pull_requests.acknowledgement_status import CONTEXT, keep_status
from reconciler.pull_requests.agreement import Agreement, agreement
from reconciler.pull_requests.branch_update import UpdatedBranch, judged_statuses, update_branch
from reconciler.pull_requests.merge_obstacle import (
    FACET,
    RULES,
    broken_rule,
    is_fork,
    left,
    obstacle,
)
from reconciler.pull_requests.merge_preview import MergePreview, preview_merge
from reconciler.pull_requests.merge_report import MergedPullRequest, MergeReport
from reconciler.pull_requests.onto_main import OntoMain
from reconciler.pull_requests.open import Main, Opened, rejudge
from reconciler.reconcile.engine.permit import Permit
from reconciler.reconcile.wording.escape import one_line
from reconciler.services.errors import ServiceError
from reconciler.services.git.audit_branch import remote_tip
from reconciler.services.git.command import GitProblem
from reconciler.services.git.commits import commit_time, head_commit, includes
from reconciler.services.git.committed_files import read_revision
from reconciler.services.git.main_checkout import update_main_checkout
from reconciler.services.git.remote import Remote

_PAUSES: Final = (0.0, 1.0, 2.0, 4.0)
"""Seconds before each look for something that GitHub knows and does not show yet."""
_NOT_ALLOWED: Final = "not allowed"
"""Words in GitHub's answer to a way to merge that is switched off."""
_BASE_MOVED: Final = "Base branch was modified"
"""Words in GitHub's answer while it still works out the merge before."""
_LATER: Final = "the time of this run, or the cap `safety.merges`, is used up"
_LONGEST: Final = 200


def merge_agreed(seen: PlannedRun, lease: RunLease, permit: Permit, most: int) -> PlannedRun:
    """Merge what is agreed, at most so many, under the lease of the desks; the run with a report.

    Raises OccupiedError, and SetupError if the lease can't be published.
    """
    candidates, report = find_candidates(seen)
    ready, blocked = unblocked(seen, candidates)
    report = report.joined(blocked)
    if not ready:
        return replace(seen, merges=report)
    wanted = frozenset(each.opened.pull_request.id for each in ready)
    seen = lease.take_for(seen, lambda now: intended_merges(now, wanted), permit)
    if is_outdated(seen):
        return replace(seen, merges=replace(report, is_outdated=True))
    # If another run was faster, everything was read again.
    candidates, again = find_candidates(seen)
    merger = _Merger(seen, permit, most)
    seen.progress.stage("Merging pull requests", len(ready))
    for each in candidates:
        if each.opened.pull_request.id in wanted:
            merger.merge(each)
            seen.progress.step(each.opened.pull_request.name)
    return replace(seen, merges=blocked.joined(again).joined(merger.report()))


def is_outdated(seen: PlannedRun) -> bool:
    """True if main has moved since it was read: what is agreed must be judged on main as it is."""
    remote, branch = connected_forge(seen).remote, seen.files.snapshot.policy.default_branch
    return remote is not None and remote_tip(remote, f"refs/heads/{branch}") != seen.files.revision


@dataclass(frozen=True)
class AfterMerges:
    """With which options a run begins again that has merged something, or read an older main."""

    options: Options
    report: MergeReport | None
    """None if nothing was merged, so that the run may still merge."""


def after_merges(seen: PlannedRun, lease: RunLease, options: Options) -> AfterMerges:
    """Record the merges, release the leases, and check the new main branch out.

    Raises GitProblem.
    """
    report = seen.merges
    entries = tuple(merge_records(report, lease.run, options.now))
    if not lease.finish_merges(seen, entries).complete:
        message = "the merges of this run are not on the branch audit"
        report = replace(report, failed=(*report.failed, Diagnostic(FACET, message, NEXT_RUN)))
    remote = connected_forge(seen).remote
    assert remote is not None  # noqa: S101 - it has merged something
    folder = update_main_checkout(remote, seen.files.snapshot.policy.default_branch)
    return AfterMerges(
        replace(
            options,
            repo=folder,
            has_files=False,
            now=_after(options.now, seen.budget.used(), folder),
            budget=max(1.0, seen.budget.left()),
        ),
        report if report.merged else None,
    )


def _after(began: datetime, seconds: float, folder: Path) -> datetime:
    """The time now: a merge does not come from the future, even if GitHub's clock is ahead."""
    made = commit_time(folder, "HEAD")
    now = began + timedelta(seconds=seconds)
    return max(now, made) if made - now < timedelta(seconds=SKEW) else now


class _Merger:
    """Merges one pull request after the other, each judged on the main branch as it is by then."""

    def __init__(self, seen: PlannedRun, permit: Permit, most: int) -> None:
        self._seen = seen
        self._permit = permit
        self._most = most
        self._main = replace(seen.files.main, verdicts=dict(seen.answers.verdicts))
        snapshot = seen.files.snapshot
        self._rights = Rights(snapshot.policy, snapshot.roster, self._main.now)
        self._end = seen.budget.left() / 2
        """Seconds that must be left for what was merged."""
        self._merged: list[MergedPullRequest] = []
        self._left: dict[str, Diagnostic] = {}
        self._failed: list[Diagnostic] = []

    def report(self) -> MergeReport:
        """What it did."""
        return MergeReport(tuple(self._merged), self._left, tuple(self._failed))

    def merge(self, candidate: Candidate) -> None:
        """Merge one; what can't be merged is noted."""
        pull_request = candidate.opened.pull_request
        if self._permit.refusal():
            return
        if len(self._merged) >= self._most or self._seen.budget.left() < self._end:
            self._left[pull_request.id] = left(pull_request.name, _LATER, NEXT_RUN)
            return
        try:
            why = self._merge(candidate)
        except (GitProblem, ServiceError) as error:
            self._failed.append(failure(pull_request, error))
            return
        if why is not None:
            self._left[pull_request.id] = why

    def _merge(self, candidate: Candidate) -> Diagnostic | None:
        """Merge one; why it is left, if it is."""
        opened, main, preview = candidate.opened, self._main, candidate.preview
        if main.commit != self._seen.files.main.commit:
            head = opened.pull_request.head
            opened = rejudge(main, opened, self._rights, head)
            onto = opened.onto_main or OntoMain({})
            preview = preview_merge(main.repo, main.commit, head, onto)
        if why := obstacle(opened, preview):
            return why
        is_pushed = bool(preview.spliced) or (preview.is_behind and self._rules.up_to_date)
        if is_pushed:
            found = self._pushed(opened, preview)
            if isinstance(found, Diagnostic):
                return found
            opened = found
        return self._merge_judged(opened, is_pushed=is_pushed)

    def _pushed(self, opened: Opened, preview: MergePreview) -> Opened | Diagnostic:
        """The pull request with main merged into its branch, or why that is left."""
        if opened.pull_request.from_fork:
            return is_fork(opened)
        with self._updated(preview, opened) as updated:
            opened = rejudge(self._main, opened, self._rights, updated.commit)
            if why := self._word_missing(opened) or broken_rule(opened):
                return why
            updated.push()
        self._set_statuses(opened)
        return opened

    def _word_missing(self, opened: Opened) -> Diagnostic | None:
        if agreement(opened, self._rights.roster) is not None:
            return None
        why = "main has changed since, and it needs another word now"
        return left(opened.pull_request.name, why, "Review it again.")

    def _merge_judged(self, opened: Opened, *, is_pushed: bool) -> Diagnostic | None:
        name, agreed = opened.pull_request.name, agreement(opened, self._rights.roster)
        if agreed is None:
            return self._word_missing(opened)
        if not is_pushed and CONTEXT in self._rules.checks:
            forge = connected_forge(self._seen).forge
            keep_status(forge, opened, self._seen.files.snapshot)  # its event may be lost
        found = self._send(opened.pull_request, is_pushed=is_pushed)
        if isinstance(found, str):
            self._note(opened, agreed, found)
            return None
        if found.is_moved:
            return left(name, "its branch has changed during the run", NEXT_RUN)
        reason = one_line(found.reason, _LONGEST).rstrip(".")
        return left(name, f"GitHub answers: {reason}", RULES[1])

    def _send(self, pull_request: PullRequest, *, is_pushed: bool) -> str | MergeRefusal:
        """Ask for the merge. A refusal changes nothing, so another way may follow it."""
        forge = connected_forge(self._seen).forge
        refusal = MergeRefusal("no way to merge is allowed")
        for method in self._rules.methods:
            for pause in _PAUSES:
                time.sleep(min(pause, self._seen.budget.left()))
                found = forge.merge(pull_request, method)
                if isinstance(found, str):
                    return found
                refusal = found
                if not (found.is_moved and is_pushed) and _BASE_MOVED not in found.reason:
                    break  # only what the run itself did takes a moment to arrive
            if _NOT_ALLOWED not in refusal.reason:
                return refusal
        return refusal

    def _updated(
        self, preview: MergePreview, opened: Opened
    ) -> AbstractContextManager[UpdatedBranch]:
        main = self._main
        return update_branch(self._remote, opened.pull_request, main.commit, preview, main.now)

    @property
    def _remote(self) -> Remote:
        remote = connected_forge(self._seen).remote
        assert remote is not None  # noqa: S101 - there are no candidates without one
        return remote

    @property
    def _branch(self) -> str:
        return self._seen.files.snapshot.policy.default_branch

    @cached_property
    def _rules(self) -> BranchRules:
        return connected_forge(self._seen).forge.rules(self._branch)

    def _set_statuses(self, opened: Opened) -> None:
        """Set what the rules ask of a head that this run has pushed, because no workflow starts."""
        forge = connected_forge(self._seen).forge
        for status in judged_statuses(self._rules, opened, self._seen.files.snapshot):
            forge.set_status(opened.pull_request.head, status)

    def _note(self, opened: Opened, agreed: Agreement, commit: str) -> None:
        """Remember a merge, and read the main branch that has it."""
        names = tuple(map(self._seen.files.snapshot.roster.name, agreed.by))
        changes = opened.agreement.changes if opened.agreement else ()
        merged = MergedPullRequest(opened, names, agreed.by, commit, changes)
        self._merged.append(merged)
        self._seen.progress.note(merged.line)
        try:
            self._main = self._read_main(agreed, commit)
        except GitProblem as problem:
            message = f"main can't be read after the merge of {opened.pull_request.name}: {problem}"
            self._failed.append(Diagnostic(FACET, message, NEXT_RUN))
            self._most = 0  # nothing can be judged any more

    def _read_main(self, agreed: Agreement, commit: str) -> Main:
        main, tip = self._main, self._main.commit
        for pause in _PAUSES:
            time.sleep(min(pause, self._seen.budget.left()))
            tip = head_commit(update_main_checkout(self._remote, self._branch)) or tip
            if includes(main.repo, tip, commit):
                break
        raws = read_revision(main.repo, tip, main.raws)
        acknowledged: Verdicts = {
            (ticket, commit): replace(each, commit=commit)
            for ticket, each in agreed.acknowledgements.items()
        }
        return replace(
            main,
            commit=tip,
            raws=raws,
            loaded=load_snapshot(raws, main.loaded),
            declared=load_snapshot(raws, main.declared) if main.declared else None,
            verdicts={**main.verdicts, **acknowledged},
        )
