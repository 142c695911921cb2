"""One episode of one ticket on its way through the main line."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from reconciler.model.acknowledgement import (
    Acknowledgement,
    Unacknowledged,
    Unread,
    Verdict,
)
from reconciler.model.admission import Obstacle
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.episode_history import Ending, EpisodeHistory, Limit
from reconciler.model.escalation import Episode, Escalation
from reconciler.model.timeline import Version

NEVER: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(slots=True)
class ReplayedEpisode:
    """One episode of one ticket on its way."""

    version: Version
    """That brought it."""
    escalation: Escalation
    episode: int
    counts_for_day: bool
    founding: bool
    by_review: bool
    """Whether being on the main branch alone does not acknowledge it."""
    verdict: Verdict | None
    admitted: datetime | None = None
    ended: datetime | None = None
    assignee: str | None = None
    """Whose assignment counts; the file may name another one, who is busy."""
    why: str = ""
    """What holds it; empty if it is admitted."""
    obstacles: tuple[Obstacle, ...] = ()
    """The limits that hold it."""
    doubt: Diagnostic | None = None
    """Set if it is held only because of others whose acknowledgement could not be read."""
    was_doubtful: bool = False
    """True if the day on which it was admitted depends on what could not be read."""
    again: bool = False
    assigned: datetime | None = None
    """When an assignment first counted."""
    ending: Ending | None = None
    met: dict[Limit, datetime] = field(default_factory=dict)
    """The limits in its way, overridden or not, and when each was met."""
    overrider: str = ""
    overridden: datetime | None = None
    desk: str = field(init=False)
    """The key of its desk."""

    def __post_init__(self) -> None:
        """Set what follows from the file."""
        self.read(self.escalation)

    def read(self, escalation: Escalation) -> None:
        """Bring it up to a version of its file."""
        self.escalation, self.desk = escalation, escalation.desk

    @property
    def ticket(self) -> str:
        """The ticket that is escalated."""
        return self.version.ticket

    @property
    def arrived(self) -> datetime:
        """When it reached the main branch."""
        return self.version.commit.at

    @property
    def acknowledged_at(self) -> datetime:
        """When it was acknowledged, not before it arrived; never while nobody has."""
        match self.verdict:
            case Unacknowledged() if self.by_review:
                return NEVER
            case Acknowledgement(at=at) if self.by_review:
                return max(at, self.arrived)
        return self.arrived

    @property
    def wanted(self) -> str | None:
        """Whom the file names as the engineer in charge."""
        return self.escalation.current.assignee

    @property
    def unread(self) -> Diagnostic | None:
        """Why its own acknowledgement could not be read."""
        return self.verdict.diagnostic if isinstance(self.verdict, Unread) else None

    @property
    def is_doubtful(self) -> bool:
        """True if it may be admitted and nobody can tell."""
        return self.unread is not None or self.doubt is not None

    @property
    def holds(self) -> str | None:
        """Whose time it takes: the engineer in charge; if in doubt, the one it names."""
        return self.assignee if self.admitted is not None else self.wanted

    @property
    def began(self) -> Episode:
        """The episode as it was escalated."""
        escalation = self.version.escalation
        return self.escalation.current if escalation is None else escalation.current

    def history(self, now: datetime) -> EpisodeHistory:
        """How it went so far, for whoever reports."""
        began, said = self.began, self.verdict
        at = self.acknowledged_at
        return EpisodeHistory(
            ticket=self.ticket,
            episode=self.episode,
            commit=self.version.commit,
            desk=self.desk,
            impact=began.impact.level,
            initiator=began.initiator,
            again=self.again,
            by_review=self.by_review,
            acknowledgement=said if isinstance(said, Acknowledgement) else None,
            acknowledged=at if at <= (self.ended or now) else None,
            admitted=self.admitted,
            assigned=self.assigned,
            ended=self.ended,
            ending=self.ending,
            met=tuple(self.met.items()),
            overrider=self.overrider,
            overridden=self.overridden,
        )


def ending_of(episode: Episode) -> Ending | None:
    """How an episode ended by its file; None while it goes on."""
    if episode.withdrawn is not None:
        return Ending.WITHDRAWN
    return None if episode.resolution is None else Ending.RESOLVED
