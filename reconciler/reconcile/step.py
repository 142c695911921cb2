"""What the facets' planners share: their input (`Facts`) and their output (`Step`)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from reconciler.model.change import Change
from reconciler.model.desired import Desired
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.finding import Position
from reconciler.model.observed import Observed, Probe, Ticket
from reconciler.model.receipt import Receipt


@dataclass(frozen=True)
class Problem:
    """Something cannot be as declared."""

    diagnostic: Diagnostic


@dataclass(frozen=True)
class Notice:
    """A person's decision: reported, not repaired."""

    diagnostic: Diagnostic


Step = Change | Probe | Problem | Notice
"""A change, a probe that must be read before the plan is complete, a problem or a notice."""
Steps = Iterator[Step]


@dataclass(frozen=True)
class Facts:
    """Everything that the plan of one escalation follows from."""

    desired: Desired
    observed: Observed
    ticket: Ticket
    stored: Receipt
    """The receipt as stored, without what Jira and Slack contradict."""
    receipt: Receipt
    """The receipt, corrected by what was observed."""
    now: datetime
    fresh: bool
    """Whether the channel is yet to be created."""
    name: str
    """What the ticket calls the channel."""
    untrue: tuple[Diagnostic, ...] = ()
    """What the receipt contains and Jira and Slack do not confirm."""

    @property
    def escalated_before(self) -> bool:
        """Whether an earlier run escalated this ticket."""
        return self.stored.labelled


DRIFT = "drift"
POLICY_CHANGED = "policy changed"
"""The reason of a change if the present value is what an earlier policy asked for."""


def why(position: Position, *, drifted: bool) -> str:
    """The reason of a change: `path:line` of the file that asks for it, or `drift`."""
    return DRIFT if drifted else f"{position.path}:{position.line}"


class Sorted(NamedTuple):
    """Steps by their kind."""

    changes: tuple[Change, ...]
    problems: tuple[Diagnostic, ...]
    notices: tuple[Diagnostic, ...]
    probes: frozenset[Probe]


def sort_out(steps: Iterable[Step]) -> Sorted:
    """The steps of one plan, each kind in its order."""
    every = list(steps)
    return Sorted(
        with_requirements(step for step in every if isinstance(step, Change)),
        tuple(step.diagnostic for step in every if isinstance(step, Problem)),
        tuple(step.diagnostic for step in every if isinstance(step, Notice)),
        frozenset(step for step in every if isinstance(step, Probe)),
    )


def with_requirements(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes, each with the keys of those that must be done before it."""
    every = tuple(changes)
    return tuple(
        each.model_copy(update={"requires": tuple(_required(each, every))}) for each in every
    )


def _required(change: Change, every: tuple[Change, ...]) -> Iterator[str]:
    yield from change.requires
    for other in every:
        first = other is not change and change.op.follows(other.op)
        if first and other.key not in change.requires:
            yield other.key
