"""What of the main line is agreed, as earlier runs recorded it. No service is asked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

from reconciler.audit.consent_lines import ConsentMemory, verdict_of
from reconciler.history.agree import Agreed, agree
from reconciler.history.agree_configuration import Configuration
from reconciler.history.events import TicketEvents
from reconciler.history.field_changes import ESCALATING
from reconciler.load.raw import ticket_of
from reconciler.model.consent import ConsentVerdict, UnreadConsents
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.escalation_history import AgreementMark
from reconciler.model.timeline import Event, EventKind, Timeline
from reconciler.pull_requests.in_force import commits_in_question, rosters_of

_UNREAD: Final = UnreadConsents(Diagnostic("acknowledgement", "no run recorded who agreed", ""))
_BEGINS: Final = frozenset({EventKind.ESCALATED, EventKind.REOPENED})


@dataclass(frozen=True)
class RecordedAgreement:
    """What counts of the main line, by what runs recorded of who agreed."""

    declared: Timeline
    agreed: Agreed
    unread: frozenset[str]
    """Commits of which no run recorded who agreed."""

    @property
    def timeline(self) -> Timeline:
        """The main line with agreed changes only."""
        return replace(self.agreed.timeline, events=self._events)

    def of(self, event: Event) -> AgreementMark:
        """Whether an event of the main line is agreed."""
        if event.commit.sha in self.unread:
            return AgreementMark.UNKNOWN
        if event.kind in _BEGINS and (event.ticket, event.commit.sha) in self._held:
            return AgreementMark.NOT_AGREED
        known = _what(event) in self._counting(event.ticket)
        return AgreementMark.AGREED if known else AgreementMark.NOT_AGREED

    @cached_property
    def _events(self) -> Mapping[str, tuple[Event, ...]]:
        return TicketEvents(self.agreed.timeline.versions)

    @cached_property
    def _held(self) -> frozenset[tuple[str, str]]:
        """Tickets and commits with which an episode begins that lacks its initiator's word."""
        return frozenset(
            (ticket_of(each.change.path), each.commit)
            for each in self.agreed.not_agreed
            if each.change.field in ESCALATING
        )

    @cached_property
    def _known(self) -> dict[str, frozenset[tuple[str, EventKind, str, str]]]:
        return {}

    def _counting(self, ticket: str) -> frozenset[tuple[str, EventKind, str, str]]:
        if ticket not in self._known:
            self._known[ticket] = frozenset(map(_what, self._events.get(ticket, ())))
        return self._known[ticket]


def recorded_agreement(
    repo: Path, timeline: Timeline, memory: ConsentMemory
) -> RecordedAgreement | None:
    """What is agreed; None if fields never had owners, so that each merged change counts.

    Raises GitProblem.
    """
    if not any(policy.is_by_field for _, policy in timeline.policies):
        return None
    tickets = frozenset(version.ticket for version in timeline.versions)
    verdicts = dict(_verdicts(timeline, tickets, memory))
    configuration = Configuration(timeline, rosters_of(repo), verdicts)
    unread = frozenset(sha for sha, each in verdicts.items() if each is _UNREAD)
    return RecordedAgreement(timeline, agree(timeline, configuration, verdicts, tickets), unread)


def _verdicts(
    timeline: Timeline, tickets: frozenset[str], memory: ConsentMemory
) -> Iterator[tuple[str, ConsentVerdict]]:
    for commit in commits_in_question(timeline, tickets):
        line = memory.line(commit.sha)
        yield commit.sha, _UNREAD if line is None else verdict_of(line)


def _what(event: Event) -> tuple[str, EventKind, str, str]:
    return event.commit.sha, event.kind, event.field, event.after
