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
    """The commit that brought it to the main branch. All durations start there."""
    desk: str
    impact: ImpactLevel
    """The file as it was escalated, without later changes."""
    initiator: str
    again: bool = False
    """Whether the ticket had been escalated before."""
    by_review: bool = False
    """Whether a review acknowledges it, and not being on the main branch alone."""
    is_dated: bool = True
    """False if it had already ended when it arrived, so git does not show its times."""
    acknowledgement: Acknowledgement | None = None
    """The acknowledgement, if the audit branch records it."""
    acknowledged: datetime | None = None
    admitted: datetime | None = None
    assigned: datetime | None = None
    """When an assignment first counted."""
    ended: datetime | None = None
    ending: Ending | None = None
    met: tuple[tuple[Limit, datetime], ...] = ()
    """The limits that held it, or would have without an override, and since when."""
    overrider: str = ""
    """Handle of the overrider who admitted it over the limits."""
    overridden: datetime | None = None

    @property
    def escalated(self) -> datetime:
        """When it reached the main branch."""
        return self.commit.at
