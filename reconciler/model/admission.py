"""Who is admitted and who is held, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from reconciler.model.acknowledgement import Acknowledgement
from reconciler.model.observed import Trouble
from reconciler.model.timeline import MainCommit

NOT_ACKNOWLEDGED: Final = "it is not acknowledged: "
"""How the reason begins when a review is missing and not room."""


@dataclass(frozen=True)
class Admission:
    """Whether an escalation counts, since when, and why not."""

    ticket: str
    held: bool
    since: datetime
    """When it was admitted, or since when it has been waiting."""
    why: str = ""
    """The limit that holds it; empty when it is admitted."""
    override: str = ""
    """Handle of who let it pass the limits."""
    assignee: str | None = None
    """Whose assignment counts; another one in the file waits until that person is free."""
    waits: str = ""
    """Why the assignment in the file waits; empty when it counts."""
    acknowledged: Acknowledgement | None = None
    """By whom, where a review acknowledges."""
    unread: Trouble | None = None
    """Why nobody can tell whether it is acknowledged."""


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
