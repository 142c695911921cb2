"""How an escalation stands at this moment, for a person who wants to see all of them at once."""

from datetime import datetime
from typing import Final

from reconciler.model.base import Value
from reconciler.model.output import Output
from reconciler.model.phase import Phase

IN_SYNC: Final = "in sync"
HELD: Final = "held"
WAITS: Final = "waits"


class Standing(Value):
    """One escalation."""

    ticket: str
    title: str
    phase: Phase
    arrived: datetime | None
    """When it was admitted, or began to wait; None outside git and before the first commit."""
    assignee: str | None
    channel: str
    sync: str
    """`in sync`, `held`, `waits`, `Slack not read`, or how many changes are due or problems there
    are.

    `held` and `waits`: the limits hold the escalation, or its assignment; the notes say why.
    """
    notes: tuple[str, ...] = ()
    """Notes: held, overridden, waiting, changed by people."""


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
