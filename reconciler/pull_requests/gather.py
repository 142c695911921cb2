"""What a run reads from the forge, combined with the files."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from reconciler.history.admit import to_acknowledge
from reconciler.history.approvals import acknowledgement, acknowledgers
from reconciler.model.acknowledgement import Acknowledgement, Unacknowledged, Unread, Verdicts
from reconciler.model.admission import Admissions, Arrived
from reconciler.model.attention import Attention
from reconciler.model.desired import Desired
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.finding import Finding
from reconciler.model.keyring import Keyring
from reconciler.model.phase import Phase
from reconciler.model.policy import AcknowledgementMeans
from reconciler.model.proposed import Proposed
from reconciler.model.snapshot import Entry, Snapshot
from reconciler.model.timeline import Timeline
from reconciler.pull_requests.acknowledgements import Consultation, verdicts
from reconciler.pull_requests.closed import ClosedPullRequests
from reconciler.pull_requests.open import LIMITS, Main, Opened, read_open
from reconciler.pull_requests.seal import Sealer
from reconciler.reconcile.desired_states import desire
from reconciler.reconcile.effective import EffectiveEscalation, judge_history
from reconciler.reconcile.facets import fields_to_read
from reconciler.reconcile.pull_request import desire_pull_request
from reconciler.services.connect_forge import ConnectedForge
from reconciler.services.errors import ServiceError, SetupError
from reconciler.services.jira.gateway import Fetched, JiraGateway


@dataclass(frozen=True)
class Question:
    """What is known before the forge is read."""

    main: Main
    timeline: Timeline
    desks: tuple[str, ...]
    """The desks that this run is for."""
    tickets: tuple[str, ...]
    """Tickets that the run reads anyway, so their receipts need no extra call."""
    jira_url: str
    keyring: Keyring
    """The keys of the seals of acknowledgements."""
    previews: bool = False
    """True if open pull requests are previewed."""

    @property
    def snapshot(self) -> Snapshot:
        """The files of the main branch."""
        snapshot = self.main.loaded.snapshot
        assert snapshot is not None  # noqa: S101 - callers have a policy and a roster
        return snapshot

    @property
    def by_review(self) -> bool:
        """Whether a review acknowledges."""
        return self.snapshot.policy.acknowledgement is AcknowledgementMeans.REVIEW


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
    fetched: Fetched | None = None
    diagnostics: tuple[Diagnostic, ...] = ()


def ask(question: Question, connected: ConnectedForge | None, jira: JiraGateway) -> Answers:
    """Who acknowledged what is merged, and what is proposed.

    Raises SetupError where a review acknowledges and there is no forge to tell of reviews.
    """
    main = question.main
    fetched, found = _acknowledged(question, connected, jira)
    escalations, admissions = judge_history(
        question.snapshot, question.timeline, main.loaded.sources, main.now, found
    )
    answers = Answers(escalations, admissions, found, fetched=fetched)
    if connected is None:
        return answers
    reviews = question.by_review and connected.forge.reviews_exist
    try:
        desks = question.desks if reviews else ()
        known = replace(main, verdicts=found)
        every = read_open(known, connected, desks)
    except ServiceError as error:
        remedy = error.remedy or "The next run asks again."
        diagnostic = Diagnostic("forge.read", f"open pull requests can't be read: {error}", remedy)
        return _with(answers, diagnostics=(diagnostic,))
    opened = tuple(each for each in every if each.paths or each.diagnostic)
    previews = tuple(_previews(question, opened, found, reviews=reviews))
    return _with(
        answers,
        pull_requests=tuple(_pull_requests(question, previews)),
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


def _with(answers: Answers, **more: object) -> Answers:
    return Answers(**{**vars(answers), **more})


def _acknowledged(
    question: Question, connected: ConnectedForge | None, jira: JiraGateway
) -> tuple[Fetched | None, Verdicts]:
    """Verdicts on what needs a review, with the tickets that were read for that."""
    # Episodes that arrived under `acknowledgement: review` need a review, also if it changed since.
    every = to_acknowledge(question.timeline, question.main.now)
    arrived = [each for each in every if each.ticket.rpartition("-")[0] in question.desks]
    if not arrived:
        return None, {}
    if connected is None or not connected.forge.reviews_exist:
        where = f"{connected.forge.name} has none" if connected else "no forge is known"
        raise SetupError(
            f"a review acknowledges what is on the main branch, and {where}",
            "Set GITHUB_TOKEN and GITHUB_REPOSITORY (or leave --forge alone). Where there are no"
            " reviews, the policy can say `acknowledgement: merge` for what comes from then on.",
        )
    keys = dict.fromkeys([*question.tickets, *(each.ticket for each in arrived)])
    try:
        jira.also_read(fields_to_read())
        fetched = jira.fetch(list(keys))
    except ServiceError as error:
        # The survey reads Jira next and reports this error with any others.
        return None, _unread(arrived, error)
    kept = {key: each.acknowledged for key, each in fetched.tickets.items()}
    asked = Consultation(
        question.main.repo, connected.forge, connected.fetch, Sealer(question.keyring)
    )
    # The receipt holds what an earlier run verified. Without it, no new decision is made.
    unread: Verdicts = {}
    for each in arrived:
        if each.ticket in fetched.unread:
            unread |= _unread([each], fetched.unread[each.ticket])
    known = [each for each in arrived if each.key not in unread]
    return fetched, {**verdicts(asked, known, kept), **unread}


def _unread(arrived: Iterable[Arrived], error: ServiceError) -> Verdicts:
    diagnostic = Diagnostic(
        "acknowledgement", str(error), error.remedy or "The next run asks again."
    )
    return {each.key: Unread(diagnostic) for each in arrived}


def _previews(
    question: Question, opened: Iterable[Opened], found: Verdicts, *, reviews: bool
) -> Iterator[Preview]:
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
        yield _preview(question, each, found, others, reviews=reviews)


def _preview(
    question: Question,
    opened: Opened,
    found: Verdicts,
    others: Mapping[str, str],
    *,
    reviews: bool,
) -> Preview:
    snapshot, policy = opened.snapshot, question.snapshot.policy
    if snapshot is None:
        return Preview(opened)
    escalations, _ = judge_history(
        snapshot, question.timeline, opened.sources, question.main.now, found
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
        acknowledgements={
            desk: acknowledgement(
                pull_request, opened.reviews, policy.desks[desk], roster, opened.initiators(desk)
            )
            for desk in desks
            if reviews
        },
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
    )


def owner(opened: Opened, desks: Iterable[str]) -> str:
    """The desk whose run comments on a pull request, if it concerns several desks."""
    named = {ticket.rpartition("-")[0] for ticket in opened.tickets}
    return min(named & set(desks), default=min(desks))


def _pull_requests(question: Question, previews: Iterable[Preview]) -> Iterator[Desired]:
    desks = question.snapshot.policy.desks
    for preview in previews:
        for entry in preview.opened.brings:
            escalation = entry.escalation
            ours = escalation.desk in question.desks and escalation.desk in desks
            first = escalation.ticket not in preview.others
            if ours and first and preview.opened.calls(entry) is not Attention.NOBODY:
                yield _desired(question, preview, entry)


def _desired(question: Question, preview: Preview, entry: Entry) -> Desired:
    escalation, opened = entry.escalation, preview.opened
    verdict = preview.acknowledgements.get(escalation.desk)
    limit = opened.limit(entry)
    proposed = Proposed(
        pull_request=opened.pull_request,
        findings=len([one for one in opened.errors if _must_be_corrected(one, entry)]),
        held=_held(preview, entry) if limit else "",
        instead=limit.remedy if limit else "",
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
