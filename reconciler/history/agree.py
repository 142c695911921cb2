"""What of the main line is agreed: each change that has its owners' word, and nothing else.

A late approval heals a change, because all of this is worked out again in each run.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from reconciler.history.agree_configuration import Configuration
from reconciler.history.ticket_agreement import TicketAgreement
from reconciler.model.acknowledgement import Verdicts
from reconciler.model.consent import ConsentVerdicts
from reconciler.model.field_change import NotAgreed
from reconciler.model.phase import phase
from reconciler.model.timeline import Timeline, Version

LATELY: Final = timedelta(days=30)
"""How long an escalation that has ended is still looked at."""


@dataclass(frozen=True)
class Agreed:
    """The main line with agreed changes only."""

    timeline: Timeline
    """With the versions, and the policies, that are in force."""
    not_agreed: tuple[NotAgreed, ...] = ()
    """What is not carried out at this moment."""
    verdicts: Verdicts = field(default_factory=dict)
    """Who acknowledged what arrived, by ticket and commit."""


def tickets_in_question(
    timeline: Timeline, now: datetime, doubtful: Collection[str] = ()
) -> frozenset[str]:
    """Tickets whose versions need the word of owners: open ones, and those that ended lately.

    `doubtful` are commits of which it is known that something on them is not agreed.
    """
    latest: dict[str, Version] = {}
    found: set[str] = set()
    for version in timeline.versions:
        latest[version.ticket] = version
        if version.commit.sha in doubtful:
            found.add(version.ticket)
    for ticket, version in latest.items():
        over = version.gone or (version.escalation and phase(version.escalation).ended)
        if not over or version.commit.at > now - LATELY:
            found.add(ticket)
    return frozenset(found)


def agree(
    timeline: Timeline,
    configuration: Configuration,
    verdicts: ConsentVerdicts,
    tickets: Collection[str],
) -> Agreed:
    """Play the main line through, and keep of each version what its owners agreed to."""
    states: dict[str, TicketAgreement] = {}
    versions: list[Version] = []
    moved = {(each.ticket, each.commit.sha) for each in timeline.versions if not each.gone}
    for version in timeline.versions:
        is_move = version.gone and (version.ticket, version.commit.sha) in moved
        if version.ticket not in tickets or is_move:
            versions.append(version)
            continue
        state = states.setdefault(version.ticket, TicketAgreement())
        rights = configuration.rights_before(version.commit)
        versions.append(state.after(version, rights, verdicts.get(version.commit.sha)))
    found: Verdicts = {}
    for state in states.values():
        found |= state.verdicts
    lacking = [each for state in states.values() for each in state.lacking.values()]
    policies = tuple(configuration.policies)
    return Agreed(
        replace(timeline, versions=tuple(versions), policies=policies),
        (*configuration.not_agreed, *lacking),
        found,
    )
