"""How an escalation stands at this moment, for a person who wants to see all of them at once."""

from datetime import datetime
from typing import Final

from reconciler.model.base import Value
from reconciler.model.escalation import ImpactLevel
from reconciler.model.output import Output
from reconciler.model.phase import Phase

IN_SYNC: Final = "in sync"
HELD: Final = "held"
WAITS: Final = "waits"
NOT_COMPARED: Final = "not compared"


class Standing(Value):
    """One escalation."""

    ticket: str
    title: str
    desk: str
    level: ImpactLevel
    phase: Phase
    arrived: datetime | None
    """When it was admitted, or began to wait; None outside git and before the first commit."""
    waiting_on: str = ""
    """What it waits for, and who can do it; empty if it has ended."""
    waiting_since: datetime | None = None
    assignee: str | None
    contact: str
    updated: datetime | None = None
    """When the latest update reached the main branch."""
    update_minutes: int | None = None
    """How often an update is due; None if none is."""
    overdue: bool = False
    """True if an update is due now."""
    channel: str
    sync: str
    """`in sync`, `held`, `waits`, `not compared`, `Slack not read`, or how many changes are due or
    problems there are.

    `held` and `waits`: the limits hold the escalation, or its assignment; the notes say why.
    `not compared`: no service was read.
    """
    notes: tuple[str, ...] = ()
    """Notes: held, overridden, waiting, changed by people."""

    @property
    def is_fine(self) -> bool:
        """True if a person need not look at it now."""
        return self.sync == IN_SYNC and not self.overdue and self.phase is not Phase.HELD


class DeskCapacity(Value):
    """How much of a desk's limits is used up."""

    desk: str
    name: str
    today: int
    per_day: int
    active: int
    active_limit: int


class Status(Output):
    """Everything that `escalate status` shows."""

    at: datetime
    escalations: tuple[Standing, ...]
    desks: tuple[DeskCapacity, ...]
    last_good_run: datetime | None = None
    """When a run last succeeded; None if that is not known."""
    missing: tuple[str, ...] = ()
    """What is not shown, and why: a sentence for each."""
