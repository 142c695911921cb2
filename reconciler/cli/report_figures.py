"""What `escalate report` counts, read from git."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reconciler.cli.recorded import NO_JUDGEMENT, agreement_by_record
from reconciler.history.admit import episode_histories
from reconciler.history.figures.evidence import ended_on_arrival, recorded_verdicts
from reconciler.history.figures.notes import notes
from reconciler.history.figures.report import Key, Known, ReportRequest, relevant
from reconciler.load.did_you_mean import did_you_mean
from reconciler.model.acknowledgement import Verdicts
from reconciler.model.audit import AuditLine
from reconciler.model.episode_history import EpisodeHistory
from reconciler.model.timeline import Timeline
from reconciler.services.git.audit_branch import known_tip
from reconciler.services.git.audit_read import audit_lines
from reconciler.services.git.main_line import rosters_at
from reconciler.services.git.remote import Remote

_UNREAD = "{0} merged change(s) are not counted yet, because no run has recorded who agreed."


def unknown_desk(timeline: Timeline, desks: Iterable[str]) -> str:
    """What is wrong with the desks that are asked for; empty when nothing is."""
    known = {desk for _, policy in timeline.policies for desk in policy.desks}
    for desk in desks:
        if desk not in known:
            return (
                f"no version of the policy has a desk {desk!r}. {did_you_mean(desk, known)}".strip()
            )
    return ""


@dataclass(frozen=True)
class RecordedHistory:
    """The main branch, and what the audit branch of this clone records about it."""

    timeline: Timeline
    """Without the changes that are not agreed."""
    lines: tuple[AuditLine, ...]
    has_audit: bool
    verdicts: Verdicts
    remarks: tuple[str, ...]


def recorded_history(
    repo: Path, remote: Remote | None, timeline: Timeline, now: datetime
) -> RecordedHistory:
    """What git has of acknowledgements and agreement."""
    tip = known_tip(repo, remote.name if remote else None)
    lines = tuple(audit_lines(repo, tip)) if tip else ()
    agreement, remarks = agreement_by_record(repo, tip, timeline, NO_JUDGEMENT)
    if agreement is not None:
        timeline = agreement.timeline
        unread = len(agreement.unread)
        remarks = (_UNREAD.format(unread),) if unread else ()
    verdicts = recorded_verdicts(lines, episode_histories(timeline, now))
    return RecordedHistory(timeline, lines, bool(tip), verdicts, tuple(remarks))


def known_of(
    repo: Path, remote: Remote | None, main: str, timeline: Timeline, question: ReportRequest
) -> Known:
    """Everything that git tells about what a question is about."""
    recorded = recorded_history(repo, remote, timeline, question.now)
    histories = episode_histories(recorded.timeline, question.now, recorded.verdicts)
    return known_from(repo, main, recorded, histories, question)


def known_from(
    repo: Path,
    main: str,
    recorded: RecordedHistory,
    histories: Iterable[EpisodeHistory],
    question: ReportRequest,
) -> Known:
    """The same from histories that were replayed."""
    timeline = recorded.timeline
    found = (*histories, *ended_on_arrival(timeline))
    mine = list(relevant(found, question))
    teams = _teams(repo, main, timeline, mine)
    lines = recorded.lines if recorded.has_audit else None
    found_notes = notes(timeline, lines, Known(tuple(mine), teams), question.period)
    return Known(found, teams, (*found_notes, *recorded.remarks))


def _teams(
    repo: Path, main: str, timeline: Timeline, mine: Iterable[EpisodeHistory]
) -> dict[Key, str]:
    """The initiator's team of each, by the roster in force when it was escalated."""
    asked = list(mine)
    places = {each.commit.position for each in asked}
    rosters = rosters_at(repo, main, timeline.commits, places)
    found: dict[Key, str] = {}
    for each in asked:
        roster = rosters.get(each.commit.position)
        person = roster.people.get(each.initiator) if roster else None
        if person is not None:
            found[each.ticket, each.episode] = person.team
    return found
