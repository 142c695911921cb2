"""What happened to every escalation, from the first-parent line of the main branch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from reconciler.model.escalation import Escalation
from reconciler.model.policy import Policy


class EventKind(StrEnum):
    """What a commit did to an escalation."""

    ESCALATED = "escalated"
    ASSIGNED = "assigned"
    REASSIGNED = "reassigned"
    UNASSIGNED = "unassigned"
    HANDED_OVER = "contact handed over"
    UPDATED = "update added"
    ASSESSED = "assessed"
    OVERRIDDEN = "override added"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"
    REOPENED = "reopened"
    CHANGED = "changed"
    """Any other field."""
    VANISHED = "file vanished"
    RETURNED = "file returned"
    BROKEN = "unreadable"
    """The file of this commit cannot be read; the state before it stays in force."""


@dataclass(frozen=True, slots=True)
class MainCommit:
    """A commit on the main line."""

    sha: str
    at: datetime
    """The effective time: see `history.commit_times`, for a commit's own dates can be forged."""
    author: str
    """The author's name in git, which is not verified."""
    subject: str
    pull_request: int | None
    position: int
    """Place on the first-parent line, from 0."""


class Arrival(NamedTuple):
    """The commit that brought an escalation's file to the main line, and its effective time."""

    commit: str
    at: datetime
    pull_request: int | None = None
    """The number that the commit's subject names, as GitHub writes it."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that one commit did to one escalation."""

    kind: EventKind
    ticket: str
    path: str
    commit: MainCommit
    field: str = ""
    """The field that changed, such as `impact.level`."""
    before: str = ""
    after: str = ""
    """The change in words. `handle: words` for an update, an override, a withdrawal, and the
    initiator's title or reason when it is escalated or reopened."""


@dataclass(frozen=True, slots=True)
class Version:
    """An escalation's file as of a commit; no escalation when it is gone or cannot be read."""

    ticket: str
    path: str
    commit: MainCommit
    escalation: Escalation | None
    gone: bool = False


class ConfigVersion(NamedTuple):
    """The policy or the roster as of a commit."""

    commit: MainCommit
    path: str
    blob: str
    """Git's name of the content; empty when the file is gone."""


@dataclass(frozen=True)
class Timeline:
    """Everything, oldest first."""

    commits: tuple[MainCommit, ...] = ()
    versions: tuple[Version, ...] = ()
    """Every version of every file, in the order of the main line."""
    policies: tuple[tuple[MainCommit, Policy], ...] = ()
    """Every policy that was in force, from when."""
    configs: tuple[ConfigVersion, ...] = ()
    """Every version of the policy and the roster, readable or not."""
    events: Mapping[str, tuple[Event, ...]] = field(default_factory=dict)
    """What happened to each ticket, oldest first."""
    arrivals: Mapping[str, Arrival] = field(default_factory=dict)
    """When each file first appeared, by path."""
