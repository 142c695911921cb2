"""Which escalations are admitted or held, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from reconciler.model.acknowledgement import Acknowledgement
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.episode_history import Limit
from reconciler.model.timeline import MainCommit

NOT_ACKNOWLEDGED: Final = "it is not acknowledged: "
WORD_MISSING: Final = "the word of"
"""How the reason begins if not an acknowledger but its initiator did not agree."""
"""How the reason begins if a review is missing, and no limit is reached."""


class Obstacle(NamedTuple):
    """A limit that stands in the way, and in words."""

    limit: Limit
    why: str


class Decision(StrEnum):
    """What admission answers for an escalation."""

    ADMITTED = "admitted"
    HELD = "held"
    UNKNOWN = "unknown"
    """An acknowledgement could not be read: neither admitted nor held, and nothing is recorded."""


@dataclass(frozen=True)
class Admission:
    """Whether an escalation counts, since when, and why not."""

    ticket: str
    decision: Decision
    since: datetime
    """When it was admitted, or since when it has been waiting; if unknown, when it arrived."""
    why: str = ""
    """What holds it, in words; empty when it is admitted."""
    obstacles: tuple[Obstacle, ...] = ()
    """Every limit that stands in its way, in the order in which they are judged."""
    override: str = ""
    """Handle of the overrider who admitted it over the limits."""
    assignee: str | None = None
    """Handle whose assignment counts; another one in the file waits until that person is free."""
    waits: str = ""
    """Why the assignment in the file waits; empty when it counts."""
    acknowledged: Acknowledgement | None = None
    """By whom, where a review acknowledges."""
    unread: Diagnostic | None = None
    """Which acknowledgement could not be read: its own, or one that decides whether it fits. Set
    exactly when the decision is unknown."""

    @property
    def held(self) -> bool:
        """True if it waits for an acknowledgement or for capacity; False if unknown."""
        return self.decision is Decision.HELD

    @property
    def admitted(self) -> bool:
        """True if it counts; False if unknown."""
        return self.decision is Decision.ADMITTED


@dataclass(frozen=True)
class Arrived:
    """An episode that a commit brought to the main branch, to be acknowledged by a review."""

    ticket: str
    path: str
    commit: MainCommit

    @property
    def key(self) -> tuple[str, str]:
        """By which verdicts are kept."""
        return (self.ticket, self.commit.sha)


@dataclass(frozen=True)
class Admissions:
    """The answer for every escalation that is on the main line and has not ended."""

    by_ticket: Mapping[str, Admission] = field(default_factory=dict)
    today: Mapping[str, int] = field(default_factory=dict)
    """How many each desk has taken today, whatever became of them since."""
    active: Mapping[str, int] = field(default_factory=dict)
    """How many of each desk are active."""
