"""Effective escalations: what the files declare, as far as history and limits allow it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from reconciler.check.view import Nowhere
from reconciler.history.admit import admissions
from reconciler.history.ownership import ownership_histories
from reconciler.load.raw import tickets_in
from reconciler.model.acknowledgement import Acknowledgement, Verdict
from reconciler.model.admission import NOT_ACKNOWLEDGED, WORD_MISSING, Admission, Admissions
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.escalation import Episode, Escalation
from reconciler.model.field_change import NotAgreed
from reconciler.model.finding import Source
from reconciler.model.ownership_history import NO_OWNERSHIP_HISTORY, OwnershipHistory
from reconciler.model.phase import Phase, phase
from reconciler.model.proposed import Proposed, UnmergedChange
from reconciler.model.snapshot import Entry, Snapshot
from reconciler.model.timeline import MainCommit, Timeline, Version

_RECENT: Final = 200
_WORK_TREE: Final = ""
"""The commit id of changes that are not committed yet."""


@dataclass(frozen=True, slots=True)
class EffectiveEscalation:
    """One escalation."""

    escalation: Escalation
    """With the assignee whose assignment counts, and the contact of this moment."""
    source: Source
    phase: Phase
    held: str = ""
    """The limit that holds it."""
    overridden_by: str = ""
    """Handle of the overrider who admitted it over the limits."""
    waits: str = ""
    """Why the assignment in the file does not count yet."""
    vanished: MainCommit | None = None
    """The commit that removed its file."""
    acknowledged: Acknowledgement | None = None
    """The acknowledgement, if the policy asks for a review."""
    unread: Diagnostic | None = None
    """Why it is unknown whether it is acknowledged."""
    proposed: Proposed | None = None
    """The pull request that adds it, if it is not on the main branch yet."""
    not_agreed: tuple[NotAgreed, ...] = ()
    """Changes of its file that lack the word of an owner."""
    unmerged: tuple[UnmergedChange, ...] = ()
    """Open pull requests that change it, are agreed, and are not merged."""
    ownership: OwnershipHistory = NO_OWNERSHIP_HISTORY
    """Its assignees and contacts so far."""
    since: datetime | None = None
    """When it was admitted; None if the history does not show it."""

    @property
    def way_out(self) -> str:
        """What will admit it, if it is held."""
        if WORD_MISSING in self.held:
            return "An approval of its pull request by that person still admits it"
        if self.held.startswith(NOT_ACKNOWLEDGED):
            return "An approval by one of the desk's acknowledgers still admits it"
        return "The tool admits it automatically as soon as the limit allows it"


def plain_escalations(snapshot: Snapshot, now: datetime) -> tuple[EffectiveEscalation, ...]:
    """The escalations of files without a history: all of them are admitted."""
    return tuple(
        at_time(EffectiveEscalation(entry.escalation, entry.source, phase(entry.escalation)), now)
        for entry in snapshot.counting({}, ())
    )


def judged_escalations(
    entries: Sequence[Entry], judged: Admissions, timeline: Timeline
) -> tuple[EffectiveEscalation, ...]:
    """The escalations of files with a history, those of vanished files among them."""
    return (*_declared(entries, judged), *_missing(entries, judged, timeline))


def _counting(
    snapshot: Snapshot, timeline: Timeline, present: Collection[str]
) -> tuple[Entry, ...]:
    """The entries that runs carry out. Of two files of one ticket, history has judged the first."""
    first = {each.ticket: each.path for each in timeline.versions}
    return snapshot.counting(first, frozenset(present))


def brought_up_to_date(
    timeline: Timeline, snapshot: Snapshot, present: Collection[str], now: datetime
) -> Timeline:
    """The timeline with the work tree as its last commit, when that differs.

    `present` are the paths of all files, readable or not: what cannot be read has not vanished.
    """
    latest = latest_versions(timeline)
    commit = MainCommit(_WORK_TREE, now, "", "", None, len(timeline.commits))
    found: list[Version] = []
    for entry in _counting(snapshot, timeline, present):
        known = latest.get(entry.escalation.ticket)
        if known is None or known.gone or known.escalation != entry.escalation:
            ticket, path = entry.escalation.ticket, entry.source.path
            found.append(Version(ticket, path, commit, entry.escalation))
    here = tickets_in(present)
    for ticket, version in latest.items():
        if not version.gone and ticket not in here:
            found.append(Version(ticket, version.path, commit, None, gone=True))
    if not found:
        return timeline
    return replace(
        timeline,
        commits=(*timeline.commits, commit),
        versions=(*timeline.versions, *found),
        policies=timeline.policies or ((commit, snapshot.policy),),
    )


def judge_history(
    snapshot: Snapshot,
    timeline: Timeline,
    present: Collection[str],
    now: datetime,
    verdicts: Mapping[tuple[str, str], Verdict] | None = None,
) -> tuple[tuple[EffectiveEscalation, ...], Admissions]:
    """The escalations at this moment, and how many more each desk can accept."""
    whole = brought_up_to_date(timeline, snapshot, present, now)
    judged = admissions(whole, now, verdicts)
    through = ownership_histories(whole, now)
    escalations = (
        replace(
            at_time(effective, now),
            ownership=through.get(effective.escalation.ticket, NO_OWNERSHIP_HISTORY),
        )
        for effective in judged_escalations(_counting(snapshot, timeline, present), judged, whole)
    )
    return tuple(escalations), judged


def latest_versions(timeline: Timeline) -> Mapping[str, Version]:
    """The last version of each ticket's file that can be read, or that it is gone."""
    latest: dict[str, Version] = {}
    for version in timeline.versions:
        before = latest.get(version.ticket)
        if version.gone:
            if before is not None and before.path == version.path:
                latest[version.ticket] = replace(before, commit=version.commit, gone=True)
        elif version.escalation is not None:
            latest[version.ticket] = version
    return latest


def recently_touched(timeline: Timeline, commits: int = _RECENT) -> frozenset[str]:
    """Paths of the escalations that the latest commits of the main line touched.

    Counted in commits, because dates can be forged.
    """
    first = len(timeline.commits) - commits
    return frozenset(each.path for each in timeline.versions if each.commit.position >= first)


def _declared(entries: Iterable[Entry], judged: Admissions) -> Iterator[EffectiveEscalation]:
    for entry in entries:
        admission = judged.by_ticket.get(entry.escalation.ticket)
        yield _case(entry.escalation, entry.source, admission)


def _missing(
    entries: Iterable[Entry], judged: Admissions, timeline: Timeline
) -> Iterator[EffectiveEscalation]:
    """Escalations without a readable file: a removed file withdraws it."""
    declared = {entry.escalation.ticket for entry in entries}
    for ticket, version in latest_versions(timeline).items():
        if ticket in declared or version.escalation is None:
            continue
        effective = _case(version.escalation, Nowhere(version.path), judged.by_ticket.get(ticket))
        if version.gone:
            ended = phase(version.escalation)
            effective = replace(
                effective,
                phase=ended if ended.ended else Phase.WITHDRAWN,
                vanished=version.commit,
            )
        yield effective


def _case(
    escalation: Escalation, source: Source, admission: Admission | None
) -> EffectiveEscalation:
    if admission is None:
        return EffectiveEscalation(escalation, source, phase(escalation))
    if admission.held:
        return EffectiveEscalation(
            escalation,
            source,
            Phase.HELD,
            held=admission.why,
            acknowledged=admission.acknowledged,
        )
    counted = _with(escalation, assignee=admission.assignee) if admission.waits else escalation
    return EffectiveEscalation(
        counted,
        source,
        phase(counted),
        overridden_by=admission.override,
        waits=admission.waits,
        acknowledged=admission.acknowledged,
        unread=admission.unread,
        since=admission.since,
    )


def at_time(effective: EffectiveEscalation, now: datetime) -> EffectiveEscalation:
    """The case with the contact of this moment."""
    episode = effective.escalation.current
    contact = episode.contact_at(now)
    if contact == episode.contact:
        return effective
    return replace(effective, escalation=_with(effective.escalation, contact=contact))


def _with(escalation: Escalation, **change: object) -> Escalation:
    """The escalation with something else in its current episode."""
    if not escalation.episodes:
        return escalation.model_copy(update=change)
    last: Episode = escalation.episodes[-1].model_copy(update=change)
    return escalation.model_copy(update={"episodes": (*escalation.episodes[:-1], last)})
