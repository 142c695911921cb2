"""What a board shows: plain values, without a word of HTML."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from reconciler.model.escalation import Episode, ImpactLevel
from reconciler.model.phase import Phase
from reconciler.model.report import Report


@dataclass(frozen=True, slots=True)
class OpenEscalation:
    """An escalation that has not ended."""

    ticket: str
    title: str
    desk: str
    level: ImpactLevel
    who: str
    how_many: int
    phase: Phase
    waiting_on: str
    """What it waits for, and who can do it."""
    waiting_since: datetime | None
    assignee: str
    """Name; empty if no one is assigned."""
    contact: str
    updated_at: datetime | None
    """When the last update reached the main branch."""
    cadence: timedelta | None
    """How often an update is due; None if none is."""
    is_overdue: bool
    channel: str
    """Name of the Slack channel, if the audit branch records it."""
    pull_request: int | None
    """The pull request that brought it."""
    held: str = ""
    """Why it is held; empty if it is admitted."""


@dataclass(frozen=True, slots=True)
class EndedEscalation:
    """An escalation that has ended, as a row of a list."""

    ticket: str
    title: str
    level: ImpactLevel
    phase: Phase
    ended: datetime | None


@dataclass(frozen=True, slots=True)
class BoardDesk:
    """How much of a desk's limits is used up."""

    key: str
    name: str
    today: int
    per_day: int
    active: int
    active_limit: int


@dataclass(frozen=True, slots=True)
class BoardMoment:
    """Something that happened to an escalation."""

    at: datetime
    what: str
    """Such as `assigned`."""
    details: str
    by: str = ""
    pull_request: int | None = None


@dataclass(frozen=True, slots=True)
class BoardApproval:
    """Who acknowledged an episode, by the audit branch."""

    by: str
    at: datetime
    pull_request: int | None


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything about one escalation."""

    ticket: str
    title: str
    path: str
    phase: Phase
    is_removed: bool
    episodes: tuple[Episode, ...]
    reporter: str
    findings: str
    blocked_because: str
    names: Mapping[str, str]
    """Names of people by handle."""
    moments: tuple[BoardMoment, ...]
    agreed: tuple[BoardApproval, ...]
    channel: str


@dataclass(frozen=True, slots=True)
class Load:
    """How many escalations a person or team has, and had in the period of the report."""

    name: str
    active: int
    assigned: int


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """The share that is done after some seconds, with an interval of 95 %."""

    seconds: float
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class TimeCurve:
    """How long something takes."""

    name: str
    """What it is: `acknowledge`, `assign` or `resolve`."""
    events: int
    pending: int
    fewest: int
    """With fewer events, there are no points."""
    points: tuple[CurvePoint, ...]
    median: timedelta | None
    earliest: timedelta | None
    latest: timedelta | None
    """The interval of the median."""


@dataclass(frozen=True, slots=True)
class TriedLimits:
    """How a desk would have done under limits."""

    desk: str
    words: str
    waited: int
    never: int


@dataclass(frozen=True, slots=True)
class Trends:
    """Figures over time."""

    report: Report
    curves: tuple[TimeCurve, ...]
    engineers: tuple[Load, ...]
    teams: tuple[Load, ...]
    tried: tuple[TriedLimits, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that the site shows."""

    at: datetime
    time_zone: str
    repository_url: str
    browse_url: str
    """Web address of Jira; empty if the policy has none."""
    desks: tuple[BoardDesk, ...]
    open: tuple[OpenEscalation, ...]
    held: tuple[OpenEscalation, ...]
    ended: tuple[EndedEscalation, ...]
    last_good_run: datetime | None
    last_recorded_run: datetime | None
    trends: Trends
    has_audit: bool
    notes: tuple[str, ...]
