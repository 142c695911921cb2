"""One escalation with everything that git records about it."""

from collections.abc import Iterable, Iterator

from reconciler.board.current import phase_now
from reconciler.board.source import BoardSource
from reconciler.model.audit import (
    AcknowledgementRecord,
    AdmissionRecord,
    AdmissionState,
    ChangeRecord,
    Record,
)
from reconciler.model.board import BoardApproval, BoardMoment, Dossier
from reconciler.model.escalation import Episode, Escalation
from reconciler.model.outcome import Result
from reconciler.model.policy import AcknowledgementMeans
from reconciler.model.timeline import Event, EventKind

_PAIRS = frozenset({EventKind.REASSIGNED, EventKind.HANDED_OVER})


def dossiers(source: BoardSource) -> Iterator[Dossier]:
    """A dossier for each ticket whose file could ever be read."""
    for ticket, version in source.latest.items():
        if version.escalation is not None:
            yield _dossier(source, ticket, version.path, version.escalation)


def _dossier(source: BoardSource, ticket: str, path: str, escalation: Escalation) -> Dossier:
    records = source.records.get(ticket, [])
    moments = [*_events(source, ticket), *_recorded(source, records)]
    episodes = (escalation, *escalation.episodes)
    handles = {name for each in episodes for name in _handles(each)} | {escalation.reporter.person}
    return Dossier(
        ticket=ticket,
        title=escalation.title,
        path=path,
        phase=phase_now(source, ticket, escalation),
        is_removed=ticket in source.removed,
        episodes=episodes,
        reporter=escalation.reporter.person,
        findings=escalation.reporter.findings,
        blocked_because=escalation.reporter.blocked_because,
        names={each: source.roster.name(each) for each in handles},
        moments=tuple(sorted(moments, key=lambda each: each.at)),
        agreed=tuple(_agreed(source, records)),
        channel=source.channels.get(ticket, ""),
    )


def _handles(episode: Episode) -> Iterator[str]:
    """Everyone whom an episode names."""
    yield from (episode.initiator, episode.contact)
    yield from (each.to for each in episode.handovers)
    yield from (each.by for each in episode.updates)
    if episode.assignee:
        yield episode.assignee
    for said in (episode.withdrawn, episode.override):
        if said:
            yield said.by
    if episode.resolution:
        yield episode.resolution.customer_communication.owner


def _events(source: BoardSource, ticket: str) -> Iterator[BoardMoment]:
    for each in source.timeline.events.get(ticket, ()):
        commit = each.commit
        by = source.proposer(commit.sha) or commit.author
        yield BoardMoment(commit.at, str(each.kind), _details(each), by, commit.pull_request)


def _details(event: Event) -> str:
    if event.kind is EventKind.CHANGED:
        return f"{event.field}: {event.before or 'nothing'} → {event.after or 'nothing'}"
    if event.kind in _PAIRS and event.before:
        return f"{event.before} → {event.after}"
    if event.kind is EventKind.RESOLVED:  # the page shows all of it
        return event.after.removeprefix("root_cause: ").partition("; mitigation: ")[0]
    return event.after or event.before


def _recorded(source: BoardSource, records: Iterable[Record]) -> Iterator[BoardMoment]:
    """What runs recorded of admission, and what failed. What succeeded is in the services."""
    by = "the tool"
    for each in records:
        match each:
            case AdmissionRecord(state=AdmissionState.HELD, reason=reason):
                yield BoardMoment(each.at, "held", reason, by)
            case AdmissionRecord(override=override):
                details = f"over a limit, by {override}" if override else ""
                yield BoardMoment(each.at, "admitted", details, by)
            case ChangeRecord() if name := source.created_channel(each):
                yield BoardMoment(each.at, "channel created", f"#{name}", by)
            case ChangeRecord(result=Result.FAILED, facet=facet, answer=answer):
                yield BoardMoment(each.at, "change failed", f"{facet}: {answer}", by)


def _agreed(source: BoardSource, records: Iterable[Record]) -> Iterator[BoardApproval]:
    for each in records:
        if not isinstance(each, AcknowledgementRecord):
            continue
        if each.means is AcknowledgementMeans.REVIEW and each.by:
            at = each.acknowledged_at or each.at
            yield BoardApproval(source.roster.name(each.by), at, each.pull_request)
