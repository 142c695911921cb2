"""Which open pull requests a run may merge, and why it leaves others that are agreed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from reconciler.cli.lease import Intended
from reconciler.cli.merge_records import phases_after, words_of_merge
from reconciler.cli.planned_run import PlannedRun
from reconciler.model.audit_branch import path_of
from reconciler.model.change import Action
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.forge import MergeState, PullRequest
from reconciler.model.lease import LONGEST_NAME, IntendedChange, TicketIntents
from reconciler.pull_requests.acknowledgement_status import keep_status
from reconciler.pull_requests.agreement import Agreement, agreement
from reconciler.pull_requests.gather import owner
from reconciler.pull_requests.merge_obstacle import FACET, RULES, left, obstacle
from reconciler.pull_requests.merge_preview import MergePreview, preview_merge
from reconciler.pull_requests.merge_report import MergeReport, agreed_words
from reconciler.pull_requests.onto_main import OntoMain
from reconciler.pull_requests.open import Opened
from reconciler.services.connect_forge import ConnectedForge
from reconciler.services.errors import ServiceError
from reconciler.services.git.command import GitProblem

NEXT_RUN: Final = "The next run tries again."


@dataclass(frozen=True)
class Candidate:
    """An open pull request that everybody has agreed to."""

    opened: Opened
    agreed: Agreement
    preview: MergePreview = field(default_factory=MergePreview)


def find_candidates(seen: PlannedRun) -> tuple[tuple[Candidate, ...], MergeReport]:
    """What a run would merge, oldest first, and what it can't merge although it is agreed.

    No service is asked.
    """
    found: list[Candidate] = []
    lefts: dict[str, Diagnostic] = {}
    failed: list[Diagnostic] = []
    for opened, agreed in _agreed(seen):
        pull_request = opened.pull_request
        try:
            main = seen.files.main
            onto = opened.onto_main or OntoMain({})
            preview = preview_merge(main.repo, main.commit, pull_request.head, onto)
        except GitProblem as problem:
            failed.append(failure(pull_request, problem))
            continue
        why = obstacle(opened, preview)
        if why is None:
            found.append(Candidate(opened, agreed, preview))
        else:
            lefts[pull_request.id] = why
    return tuple(found), MergeReport(left=lefts, failed=tuple(failed))


def _agreed(seen: PlannedRun) -> Iterator[tuple[Opened, Agreement]]:
    """Agreed pull requests that concern only the desks of this run."""
    snapshot, desks = seen.files.snapshot, frozenset(seen.files.desks)
    connected = seen.connected
    if not snapshot.policy.merges_itself or connected is None:
        return
    if not connected.forge.merges_exist or connected.remote is None:
        return
    for each in seen.answers.opened:
        if each.pull_request.draft or each.by_stranger or each.diagnostic or not each.paths:
            continue
        if _desks(seen, each) <= desks and (found := agreement(each, snapshot.roster)) is not None:
            yield each, found


def _desks(seen: PlannedRun, opened: Opened) -> frozenset[str]:
    known = seen.files.snapshot.policy.desks
    named = {each.rpartition("-")[0] for each in opened.tickets} & known.keys()
    return frozenset(named or {owner(opened, known)})


def dry_notes(seen: PlannedRun) -> tuple[Diagnostic, ...]:
    """What a run would merge and what it would leave, as notes for a plan."""
    candidates, report = find_candidates(seen)
    roster = seen.files.snapshot.roster
    would = tuple(
        Diagnostic(
            FACET,
            f"a run would merge {each.opened.pull_request.name}"
            f"{agreed_words(tuple(map(roster.name, each.agreed.by)))}",
            f"{each.opened.pull_request.url}",
        )
        for each in candidates
    )
    return (*would, *report.left.values(), *report.failed)


def unblocked(
    seen: PlannedRun, candidates: Sequence[Candidate]
) -> tuple[tuple[Candidate, ...], MergeReport]:
    """Those that GitHub's rules let pass, or may do so once the run has done its part."""
    ready: list[Candidate] = []
    lefts: dict[str, Diagnostic] = {}
    failed: list[Diagnostic] = []
    for each in candidates:
        pull_request = each.opened.pull_request
        try:
            if each.preview.spliced or not _is_blocked(seen, each):
                ready.append(each)
            else:
                lefts[pull_request.id] = left(pull_request.name, *RULES)
        except ServiceError as error:
            failed.append(failure(pull_request, error))
    return tuple(ready), MergeReport(left=lefts, failed=tuple(failed))


def _is_blocked(seen: PlannedRun, candidate: Candidate) -> bool:
    forge, number = connected_forge(seen).forge, candidate.opened.pull_request.id
    state = forge.merge_state(number)
    if state is not MergeState.BLOCKED:
        return False
    # The event that sets the status may be lost.
    keep_status(forge, candidate.opened, seen.files.snapshot)
    if forge.merge_state(number) is not MergeState.BLOCKED:
        return False
    behind = candidate.preview.is_behind and not candidate.opened.pull_request.from_fork
    return not (behind and forge.rules(seen.files.snapshot.policy.default_branch).up_to_date)


def connected_forge(seen: PlannedRun) -> ConnectedForge:
    """The forge of a run that has candidates."""
    assert seen.connected is not None  # noqa: S101 - there are no candidates without one
    return seen.connected


def failure(pull_request: PullRequest, error: Exception) -> Diagnostic:
    """That it is unknown whether a pull request can be merged."""
    remedy = error.remedy if isinstance(error, ServiceError) else ""
    message = f"{pull_request.name} is agreed and can't be merged: {error}"
    return Diagnostic(FACET, message, remedy or NEXT_RUN)


def intended_merges(seen: PlannedRun, wanted: frozenset[str]) -> Intended:
    """By desk, which pull requests a run is about to merge."""
    found: dict[str, list[TicketIntents]] = {}
    for each in find_candidates(seen)[0]:
        if each.opened.pull_request.id not in wanted:
            continue
        for desk in _desks(seen, each.opened):
            found.setdefault(desk, []).extend(_intents(each, desk, seen.files.main.now.year))
    return {desk: tuple(each) for desk, each in sorted(found.items())}


def _intents(candidate: Candidate, desk: str, year: int) -> Iterator[TicketIntents]:
    """What the audit branch is to have of the merge, even if the run ends right after it."""
    opened, phases = candidate.opened, phases_after(candidate.opened)
    after = words_of_merge(opened, candidate.agreed.by)
    change = IntendedChange(
        key=FACET, facet=FACET, action=Action.CHANGE, before="open", after=after
    )
    for ticket, path in opened.files.items():
        if ticket.rpartition("-")[0] == desk:
            yield TicketIntents(
                ticket=ticket,
                path=path_of(path, ticket, year),
                file=path,
                phase=phases[ticket],
                pull_request=opened.pull_request.name[:LONGEST_NAME],
                changes=(change,),
            )
