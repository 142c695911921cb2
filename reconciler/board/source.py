"""What a board is made from, each thing grouped by ticket once."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
from reconciler.reconcile.wording.channel_name import channel_name

_TICKET: Final = re.compile(TICKET_PATTERN)


NO_AUDIT: Final = (
    "This clone has no branch `audit`. Acknowledgements, channels and runs are not shown, and what "
    "needs an approval counts as approved."
)


@dataclass(frozen=True, kw_only=True)
class CurrentSource:
    """What was read to show how the escalations stand at this moment."""

    now: datetime
    timeline: Timeline
    policy: Policy
    roster: Roster
    admissions: Admissions
    histories: Sequence[EpisodeHistory] = ()
    lines: Sequence[AuditLine] = ()
    has_audit: bool = False

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
        """Names of the latest channels that runs created, by ticket."""
        return {
            ticket: name
            for ticket, records in self.records.items()
            for each in records
            if (name := self.created_channel(each))
        }

    def created_channel(self, record: Record) -> str:
        """The name with which a run created a channel; empty if it did not or is not known.

        The audit branch has no names, so the name is made again from the file that the run read.
        """
        if not isinstance(record, ChangeRecord) or not _is_new_channel(record):
            return ""
        read = self._positions.get(record.commit, -1)
        versions = (each for each in self._versions.get(record.ticket, ()) if each.escalation)
        known = [each.escalation for each in versions if each.commit.position <= read]
        return channel_name(known[-1]) if known and known[-1] else ""

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {each.sha: each.position for each in self.timeline.commits}

    @cached_property
    def _versions(self) -> dict[str, list[Version]]:
        found: dict[str, list[Version]] = {}
        for each in self.timeline.versions:
            found.setdefault(each.ticket, []).append(each)
        return found

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


@dataclass(frozen=True, kw_only=True)
class BoardSource(CurrentSource):
    """Everything that was read for a board."""

    report: Report
    verdicts: Verdicts
    proposers: Mapping[str, str] = field(default_factory=dict)
    """By commit, the login of the account that opened its pull request, as a run recorded it."""
    last_good_run: datetime | None = None
    """When a run of this clone last succeeded, if it is known."""

    def proposer(self, commit: str) -> str:
        """Name or login of the person who proposed a commit; empty if that is not known."""
        login = self.proposers.get(commit, "")
        return self._names.get(login.casefold(), login)

    @cached_property
    def _names(self) -> dict[str, str]:
        return {each.github.casefold(): each.name for each in self.roster.people.values()}


def _is_new_channel(record: ChangeRecord) -> bool:
    is_created = record.action is Action.ADD and record.result is Result.DONE
    return record.facet == "slack.channel" and is_created
