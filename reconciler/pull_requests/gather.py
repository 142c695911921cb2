"""What a run reads from the forge, combined with the files."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from reconciler.history.approvals import acknowledgers, person_of
from reconciler.history.field_changes import file_changes
from reconciler.model.acknowledgement import Acknowledgement, Unacknowledged, Verdicts
from reconciler.model.admission import Admissions
from reconciler.model.attention import Attention
from reconciler.model.consent import Consents
from reconciler.model.desired import Desired
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.field_change import FieldChange, NotAgreed
from reconciler.model.finding import Finding
from reconciler.model.phase import Phase
from reconciler.model.proposed import Proposed, UnmergedChange
from reconciler.model.snapshot import Entry, Snapshot
from reconciler.model.timeline import Timeline
from reconciler.pull_requests.agreement import agreement
from reconciler.pull_requests.closed import ClosedPullRequests
from reconciler.pull_requests.in_force import InForce
from reconciler.pull_requests.merge_obstacle import file_obstacle
from reconciler.pull_requests.open import LIMITS, Main, Opened, Reviewing, read_open
from reconciler.reconcile.desired_states import desire
from reconciler.reconcile.effective import EffectiveEscalation, judge_history
from reconciler.reconcile.pull_request import desire_pull_request
from reconciler.services.connect_forge import ConnectedForge
from reconciler.services.errors import ServiceError


@dataclass(frozen=True)
class Question:
    """What is known before the forge is read."""

    desks: tuple[str, ...]
    """The desks that this run is for."""
    jira_url: str
    in_force: InForce
    """What of the main branch is agreed. The snapshot and the timeline are of it."""
    reviewing: Reviewing | None = None
    """How it is read who agrees to open pull requests; None where merging acknowledges."""
    previews: bool = False
    """True if open pull requests are previewed."""

    @property
    def main(self) -> Main:
        """The main branch."""
        return self.in_force.main

    @property
    def timeline(self) -> Timeline:
        """Its history."""
        return self.in_force.timeline

    @property
    def snapshot(self) -> Snapshot:
        """The files of the main branch."""
        snapshot = self.main.loaded.snapshot
        assert snapshot is not None  # noqa: S101 - callers have a policy and a roster
        return snapshot


@dataclass(frozen=True)
class Preview:
    """An open pull request, and what its comment shows beside the plan."""

    opened: Opened
    desired: tuple[Desired, ...] = ()
    """The desired state of each changed escalation, as if it were merged now."""
    acknowledgements: Mapping[str, Acknowledgement | Unacknowledged] = field(default_factory=dict)
    """By desk, where a review acknowledges."""
    acknowledgers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Handles by desk of those whose approval would count."""
    held: Mapping[str, str] = field(default_factory=dict)
    """By ticket, the limit that would hold it."""
    others: Mapping[str, str] = field(default_factory=dict)
    """By ticket, the name of an earlier pull request with the same escalation."""
    changes: tuple[FieldChange, ...] = ()
    """What it changes in files that can be read, field by field."""


@dataclass(frozen=True)
class Answers:
    """The result of `ask`."""

    escalations: tuple[EffectiveEscalation, ...]
    admissions: Admissions
    verdicts: Verdicts = field(default_factory=dict)
    pull_requests: tuple[Desired, ...] = ()
    previews: tuple[Preview, ...] = ()
    opened: tuple[Opened, ...] = ()
    """Every open pull request."""
    closed: ClosedPullRequests | None = None
    not_agreed: tuple[NotAgreed, ...] = ()
    """Changes on the main branch that lack the word of an owner."""
    diagnostics: tuple[Diagnostic, ...] = ()


def ask(question: Question, connected: ConnectedForge | None) -> Answers:
    """What counts of what is merged, and what is proposed."""
    main, standing = question.main, question.in_force
    escalations, admissions = judge_history(
        question.snapshot,
        question.timeline,
        {*main.loaded.sources, *standing.kept},
        main.now,
        standing.verdicts,
    )
    escalations = tuple(_with_what_is_not_agreed(escalations, standing.not_agreed))
    answers = Answers(escalations, admissions, standing.verdicts, not_agreed=standing.not_agreed)
    if connected is None:
        return answers
    reviewing = question.reviewing if connected.forge.reviews_exist else None
    try:
        every = read_open(main, connected, reviewing)
    except ServiceError as error:
        remedy = error.remedy or "The next run asks again."
        diagnostic = Diagnostic("forge.read", f"open pull requests can't be read: {error}", remedy)
        return replace(answers, diagnostics=(diagnostic,))
    opened = tuple(each for each in every if each.paths or each.diagnostic)
    previews = tuple(_previews(question, opened, standing.verdicts))
    merges = question.snapshot.policy.merges_itself and connected.forge.merges_exist
    return replace(
        answers,
        escalations=tuple(_with_unmerged(escalations, opened, question.snapshot, merges=merges)),
        pull_requests=tuple(_pull_requests(question, previews, merges=merges)),
        previews=previews,
        opened=every,
        closed=ClosedPullRequests(
            connected.forge,
            question.snapshot.policy,
            question.jira_url,
            [each for each in every if each.by_stranger or each in opened],
        ),
        diagnostics=tuple(each.diagnostic for each in opened if each.diagnostic),
    )


def _with_what_is_not_agreed(
    escalations: Iterable[EffectiveEscalation], changes: Sequence[NotAgreed]
) -> Iterator[EffectiveEscalation]:
    by_path: dict[str, list[NotAgreed]] = {}
    for each in changes:
        by_path.setdefault(each.change.path, []).append(each)
    for effective in escalations:
        found = by_path.get(effective.source.path)
        yield replace(effective, not_agreed=tuple(found)) if found else effective


def _with_unmerged(
    escalations: Iterable[EffectiveEscalation],
    opened: Iterable[Opened],
    snapshot: Snapshot,
    *,
    merges: bool,
) -> Iterator[EffectiveEscalation]:
    """The escalations with the open pull requests that change them and are agreed."""
    found: dict[str, list[UnmergedChange]] = {}
    for each in opened:
        if (change := _unmerged(each, snapshot, merges=merges)) is not None:
            new = {entry.escalation.ticket for entry in each.brings}
            for ticket in set(each.tickets) - new:
                found.setdefault(ticket, []).append(change)
    for effective in escalations:
        changes = found.get(effective.escalation.ticket, ())
        yield replace(effective, unmerged=tuple(changes)) if changes else effective


def _unmerged(opened: Opened, snapshot: Snapshot, *, merges: bool) -> UnmergedChange | None:
    """An open pull request as one that waits for its merge; None if it does not."""
    if opened.agreement is None or not opened.agreement.by_field:
        return None
    agreed, consents = agreement(opened, snapshot.roster), opened.consents
    if agreed is None or opened.pull_request.draft or not isinstance(consents, Consents):
        return None
    moments = [*(each.at for each in consents.consents), consents.ready_at]
    since = max((each for each in moments if each is not None), default=None)
    if since is None:
        return None
    author = person_of(opened.pull_request.author, snapshot.roster)
    people = dict.fromkeys(filter(None, (author, *agreed.by)))
    why = file_obstacle(opened)
    return UnmergedChange(opened.pull_request, since, tuple(people), merges, why)


def _previews(question: Question, opened: Iterable[Opened], found: Verdicts) -> Iterator[Preview]:
    brought: dict[str, str] = {}
    # Of two with the same escalation, the first that is no draft is announced.
    for each in sorted(opened, key=lambda one: one.pull_request.draft):
        others = {
            entry.escalation.ticket: brought[entry.escalation.ticket]
            for entry in each.brings
            if entry.escalation.ticket in brought
        }
        for entry in each.brings:
            brought.setdefault(entry.escalation.ticket, each.pull_request.name)
        yield _preview(question, each, found, others)


def _preview(
    question: Question,
    opened: Opened,
    found: Verdicts,
    others: Mapping[str, str],
) -> Preview:
    snapshot, policy = opened.snapshot, question.snapshot.policy
    if snapshot is None:
        return Preview(opened)
    escalations, _ = judge_history(
        snapshot,
        question.timeline,
        {*opened.sources, *question.in_force.kept},
        question.main.now,
        found,
    )
    touched = [
        effective for effective in escalations if effective.escalation.ticket in opened.tickets
    ]
    desks = sorted({effective.escalation.desk for effective in touched} & policy.desks.keys())
    roster, pull_request = question.snapshot.roster, opened.pull_request
    wanted = question.previews and owner(opened, policy.desks) in question.desks
    return Preview(
        opened=opened,
        desired=desire(snapshot, touched, question.jira_url, question.main.now) if wanted else (),
        acknowledgements=opened.acknowledgements,
        acknowledgers={
            desk: acknowledgers(pull_request, policy.desks[desk], roster, opened.initiators(desk))
            for desk in desks
        },
        held={
            effective.escalation.ticket: effective.held
            for effective in touched
            if effective.phase is Phase.HELD
        },
        others=others,
        changes=tuple(_changes(question.main, opened, snapshot)),
    )


def _changes(main: Main, opened: Opened, merged: Snapshot) -> Iterator[FieldChange]:
    """What it changes of what the files of the main branch declare."""
    after = {entry.source.path: entry.escalation for entry in merged.entries}
    files = opened.onto_main.files if opened.onto_main else {}
    for path in sorted(opened.paths):
        if path in after or (path in files and files[path] is None):
            yield from file_changes(path, main.versions(path)[0], after.get(path))


def owner(opened: Opened, desks: Iterable[str]) -> str:
    """The desk whose run comments on a pull request, if it concerns several desks."""
    named = {ticket.rpartition("-")[0] for ticket in opened.tickets}
    return min(named & set(desks), default=min(desks))


def _pull_requests(
    question: Question, previews: Iterable[Preview], *, merges: bool
) -> Iterator[Desired]:
    desks = question.snapshot.policy.desks
    for preview in previews:
        for entry in preview.opened.brings:
            escalation = entry.escalation
            ours = escalation.desk in question.desks and escalation.desk in desks
            first = escalation.ticket not in preview.others
            if ours and first and preview.opened.calls(entry) is not Attention.NOBODY:
                yield _desired(question, preview, entry, merges=merges)


def _desired(question: Question, preview: Preview, entry: Entry, *, merges: bool) -> Desired:
    escalation, opened = entry.escalation, preview.opened
    verdict = preview.acknowledgements.get(escalation.desk)
    limit = opened.limit(entry)
    proposed = Proposed(
        pull_request=opened.pull_request,
        findings=len([one for one in opened.errors if _must_be_corrected(one, entry)]),
        held=_held(preview, entry) if limit else "",
        instead=limit.remedy if limit else "",
        merges_itself=merges,
        unmerged=file_obstacle(opened),
        acknowledgers=preview.acknowledgers.get(escalation.desk, ()),
    )
    effective = EffectiveEscalation(
        escalation,
        entry.source,
        Phase.PROPOSED,
        acknowledged=verdict if isinstance(verdict, Acknowledgement) else None,
        proposed=proposed,
    )
    return desire_pull_request(
        question.snapshot, effective, proposed, question.jira_url, question.main.now
    )


def _held(preview: Preview, entry: Entry) -> str:
    """The limit because of which only overriders are called."""
    return preview.held.get(entry.escalation.ticket) or "the limits of its desk do not allow it"


def _must_be_corrected(finding: Finding, entry: Entry) -> bool:
    return finding.position.path == entry.source.path and not finding.rule.startswith(LIMITS)
