"""What the planners share: the facts in front of them, and the ways to answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from reconciler.model.change import Change
from reconciler.model.desired import Desired
from reconciler.model.finding import Position
from reconciler.model.observed import Observed, Reading, Ticket, Trouble
from reconciler.model.receipt import Receipt


@dataclass(frozen=True)
class Need:
    """Something must be read before the plan can be told."""

    reading: Reading


@dataclass(frozen=True)
class Problem:
    """Something cannot be as declared."""

    trouble: Trouble


@dataclass(frozen=True)
class Notice:
    """Something that a person decided; told, not fought."""

    trouble: Trouble


Step = Change | Need | Problem | Notice
Steps = Iterator[Step]


@dataclass(frozen=True)
class Facts:
    """Everything that the plan of one escalation follows from."""

    desired: Desired
    observed: Observed
    ticket: Ticket
    stored: Receipt
    """The receipt as it was found."""
    memory: Receipt
    """The receipt corrected by what was seen."""
    now: datetime
    fresh: bool
    """Whether the channel is yet to be created."""

    @property
    def escalated_before(self) -> bool:
        """Whether an earlier run escalated this ticket."""
        return self.stored.labelled


DRIFT = "drift"


def why(position: Position, *, drifted: bool) -> str:
    """The reason of a change: the line that wants it, or that somebody moved what was right."""
    return DRIFT if drifted else f"{position.path}:{position.line}"
