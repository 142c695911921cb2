"""What a run should do, and what it has read and planned, as values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from reconciler.model.change import EscalationPlan, Plan
from reconciler.model.desired import Desired
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.known_receipts import NOTHING_KNOWN, KnownReceipts
from reconciler.model.observed import Observed
from reconciler.model.roster import Roster
from reconciler.reconcile.desired_states import DesiredStates
from reconciler.reconcile.inventory.observer import Observer
from reconciler.reconcile.plan import Planned
from reconciler.services.connect import Gateways
from reconciler.services.slack.values import PostKey

DesiredForClosed = Callable[[PostKey, str, Desired | None], Desired | None]
"""Returns the desired state of the announcement of a pull request that is not open. Arguments: the
message's key, the pull request's id, and the escalation on main with the same announcement."""


@dataclass(frozen=True)
class Request:
    """What a run should do."""

    desired: DesiredStates
    declared: frozenset[str]
    """The tickets that have a file, readable or not."""
    roster: Roster
    label: str
    projects: tuple[str, ...]
    now: datetime
    revision: str = ""
    recent: frozenset[str] | None = None
    """Files that changed lately; None without a history."""
    thorough: bool = False
    pull_requests: tuple[Desired, ...] = ()
    """Desired states of the escalations in open pull requests."""
    previews: Mapping[str, tuple[Desired, ...]] = field(default_factory=dict)
    """By pull request id, the desired states as if it were merged now."""
    closed: DesiredForClosed | None = None
    """Finds the desired state for pull requests that are not open; None without a forge."""
    announced_in: tuple[str, ...] = ()
    """Names of the desks' channels."""
    diagnostics: tuple[Diagnostic, ...] = ()
    """What could not be read of the forge."""
    notices: tuple[Diagnostic, ...] = ()
    """What people should know, and no run can change."""
    receipts: KnownReceipts = NOTHING_KNOWN
    """What earlier runs left about the receipts that they wrote."""


@dataclass
class PlannedEscalation:
    """One escalation as planned, with what the plan follows from."""

    desired: Desired
    observed: Observed
    planned: Planned


@dataclass
class Run:
    """One run's reading of the services, and its plan."""

    request: Request
    gateways: Gateways
    observer: Observer
    plan: Plan
    planned: dict[str, PlannedEscalation] = field(default_factory=dict)
    pull_requests: list[PlannedEscalation] = field(default_factory=list)
    """The announcements of pull requests as planned."""
    previews: dict[str, tuple[EscalationPlan, ...]] = field(default_factory=dict)
    """By pull request id, the plans as if it were merged now."""
    previewed: dict[tuple[str, str], PlannedEscalation] = field(default_factory=dict)
    """The same with what was read, by pull request id and ticket; without those that failed."""


def ticket_order(ticket: str) -> tuple[str, int]:
    """Tickets by project and number."""
    project, _, number = ticket.rpartition("-")
    return project, int(number)
