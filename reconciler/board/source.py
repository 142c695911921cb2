"""What a board is made from, each thing grouped by ticket once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

from reconciler.model.acknowledgement import Verdicts
from reconciler.model.admission import Admissions
from reconciler.model.audit import AuditLine, ChangeRecord, OutcomeRecord, Record
from reconciler.model.base import TICKET_PATTERN
from reconciler.model.change import Action
from reconciler.model.episode_history import EpisodeHistory
from reconciler.model.outcome import Result
from reconciler.model.policy import Policy
from reconciler.model.report import Report
from reconciler.model.roster import Roster
from reconciler.model.timeline import Timeline, Version

_TICKET: Final = re.compile(TICKET_PATTERN)


@dataclass(frozen=True)
class BoardSource:
    """Everything that was read."""

    now: datetime
    timeline: Timeline
    policy: Policy
    roster: Roster
    admissions: Admissions
    histories: Sequence[EpisodeHistory]
    report: Report
    verdicts: Verdicts
    lines: Sequence[AuditLine] = ()
    has_audit: bool = False
    last_good_run: datetime | None = None
    """When a run of this clone last succeeded, if it is known."""

    @cached_property
    def latest(self) -> dict[str, Version]:
        """The latest readable version of each ticket."""
        return {
            each.ticket: each
            for each in self.timeline.versions
            if each.escalation is not None and _TICKET.fullmatch(each.ticket)
        }

    @cached_property
    def removed(self) -> frozenset[str]:
        """Tickets whose file is gone."""
        last = {each.ticket: each.gone for each in self.timeline.versions}
        return frozenset(ticket for ticket, gone in last.items() if gone)

    @cached_property
    def records(self) -> dict[str, list[Record]]:
        """What runs recorded, by ticket."""
        found: dict[str, list[Record]] = {}
        for each in self.lines:
            if each.record is not None:
                found.setdefault(each.record.ticket, []).append(each.record)
        return found

    @cached_property
    def channels(self) -> dict[str, str]:
        """Names of the channels that runs created, by ticket."""
        return {
            ticket: each.after.removeprefix("#")
            for ticket, records in self.records.items()
            for each in records
            if isinstance(each, ChangeRecord) and _is_new_channel(each)
        }

    @cached_property
    def last_recorded_run(self) -> datetime | None:
        """When a run last recorded an outcome in which nothing failed."""
        outcomes = (
            each
            for records in self.records.values()
            for each in records
            if isinstance(each, OutcomeRecord)
        )
        return max((e.at for e in outcomes if not (e.failed or e.unknown)), default=None)

    @cached_property
    def by_episode(self) -> dict[tuple[str, int], EpisodeHistory]:
        """Histories by ticket and episode."""
        return {(each.ticket, each.episode): each for each in self.histories}


def _is_new_channel(record: ChangeRecord) -> bool:
    is_created = record.action is Action.ADD and record.result is Result.DONE
    return record.facet == "slack.channel" and is_created
