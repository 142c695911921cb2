"""The history of one episode: when it began, which limits held it, and how it ended."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from reconciler.model.acknowledgement import Acknowledgement
from reconciler.model.escalation import ImpactLevel
from reconciler.model.timeline import MainCommit


class Limit(StrEnum):
    """A limit that an escalation met."""

    DAY = "day"
    """So many new ones in a day."""
    ACTIVE = "active"
    ASSIGNEE = "assignee"
    IMPACT = "impact"


class Ending(StrEnum):
    """How an episode ended."""

    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"
    REMOVED = "removed"
    """Its file is gone."""
    REPLACED = "replaced"
    """The next episode began before this one ended."""


@dataclass(frozen=True)
class EpisodeHistory:
    """One episode from its start to its end, or to the present if it has not ended."""

    ticket: str
    episode: int
    """From 1."""
    commit: MainCommit
    """That brought it to the main branch; everything is timed from there."""
    desk: str
    impact: ImpactLevel
    """As it was escalated; what became of it later is not looked at."""
    initiator: str
    again: bool = False
    """Whether the ticket had been escalated before."""
    by_review: bool = False
    """Whether a review acknowledges it, and not being on the main branch alone."""
    is_dated: bool = True
    """False when it came already over: git does not know when it was escalated or ended."""
    acknowledgement: Acknowledgement | None = None
    """By whom and from when until when, as far as anybody recorded it."""
    acknowledged: datetime | None = None
    admitted: datetime | None = None
    assigned: datetime | None = None
    """When somebody's assignment first counted."""
    ended: datetime | None = None
    ending: Ending | None = None
    met: tuple[tuple[Limit, datetime], ...] = ()
    """The limits that held it, or would have without an override, and since when."""
    overrider: str = ""
    """Who let it pass the limits."""
    overridden: datetime | None = None

    @property
    def escalated(self) -> datetime:
        """When it reached the main branch."""
        return self.commit.at
