"""What else git tells of escalations: recorded acknowledgements, and those that came over."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

from reconciler.history.replay_episode import ending_of
from reconciler.model.acknowledgement import Acknowledgement, Unacknowledged, Verdict, Verdicts
from reconciler.model.admission import NOT_ACKNOWLEDGED
from reconciler.model.audit import (
    AcknowledgementRecord,
    AdmissionRecord,
    AdmissionState,
    AuditLine,
)
from reconciler.model.episode_history import Ending, EpisodeHistory
from reconciler.model.policy import AcknowledgementMeans
from reconciler.model.timeline import Timeline

_EVER: Final = datetime.max.replace(tzinfo=UTC)


def recorded_verdicts(lines: Iterable[AuditLine], episodes: Iterable[EpisodeHistory]) -> Verdicts:
    """Who acknowledged what, going by what runs recorded on the audit branch.

    Nobody has acknowledged what was last recorded as held for want of it. Of what no run recorded
    nothing is known, and it has no verdict.
    """
    found: Verdicts = {}
    admissions: dict[str, list[AdmissionRecord]] = {}
    for line in lines:
        match line.record:
            case AcknowledgementRecord(means=AcknowledgementMeans.REVIEW) as record:
                found[record.ticket, record.brought_by] = _acknowledgement(record)
            case AdmissionRecord() as record:
                admissions.setdefault(record.ticket, []).append(record)
    by_ticket: dict[str, list[EpisodeHistory]] = {}
    for episode in episodes:
        by_ticket.setdefault(episode.ticket, []).append(episode)
    for ticket, recorded in admissions.items():
        for episode, verdict in _missing(by_ticket.get(ticket, ()), recorded):
            found.setdefault((ticket, episode.commit.sha), verdict)
    return found


def _acknowledgement(record: AcknowledgementRecord) -> Acknowledgement:
    return Acknowledgement(
        by=record.by or "",
        at=record.acknowledged_at or record.at,
        pull_request=str(record.pull_request or ""),
        commit=record.brought_by,
        ready_at=record.ready_at if record.acknowledged_at else None,
    )


def _missing(
    episodes: Sequence[EpisodeHistory], recorded: Sequence[AdmissionRecord]
) -> Iterator[tuple[EpisodeHistory, Verdict]]:
    """Episodes whose last word on admission is that nobody has acknowledged them."""
    ends = [*(later.escalated for _, later in pairwise(episodes)), _EVER]
    for episode, end in zip(episodes, ends[: len(episodes)], strict=True):
        mine = [each for each in recorded if episode.escalated <= each.at < end]
        last = max(mine, key=lambda each: each.at, default=None)
        if last and last.state is AdmissionState.HELD and last.reason.startswith(NOT_ACKNOWLEDGED):
            yield episode, Unacknowledged(last.reason.removeprefix(NOT_ACKNOWLEDGED))


def ended_on_arrival(timeline: Timeline) -> Iterator[EpisodeHistory]:
    """Episodes that had ended when they reached the main branch, so their times are unknown."""
    seen: dict[str, int] = {}
    for version in timeline.versions:
        said, before = version.escalation, seen.get(version.ticket, 0)
        if said is None or len(said.episodes) + 1 <= before:
            continue
        seen[version.ticket] = current = len(said.episodes) + 1
        for number in range(before + 1, current + 1):
            episode = said.numbered(number)
            ending = ending_of(episode)
            if number == current and ending is None:
                continue
            yield EpisodeHistory(
                ticket=version.ticket,
                episode=number,
                commit=version.commit,
                desk=said.desk,
                impact=episode.impact.level,
                initiator=episode.initiator,
                again=number > 1,
                is_dated=False,
                ended=version.commit.at,
                ending=ending or Ending.REPLACED,
            )


def unreadable(timeline: Timeline) -> int:
    """How many tickets there are whose file could never be read."""
    readable: dict[str, bool] = {}
    for version in timeline.versions:
        if not version.gone:
            is_read = version.escalation is not None
            readable[version.ticket] = readable.get(version.ticket, False) or is_read
    return sum(not each for each in readable.values())
