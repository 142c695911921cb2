"""What a run is to do, and what it has seen and planned, as values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from reconciler.model.change import EscalationPlan, Plan
from reconciler.model.desired import Desired
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.observed import Observed
from reconciler.model.roster import Roster
from reconciler.reconcile.desired_states import DesiredStates
from reconciler.reconcile.inventory.observer import Observer
from reconciler.reconcile.plan import Planned
from reconciler.services.connect import Gateways
from reconciler.services.jira.gateway import Fetched
from reconciler.services.slack.values import PostKey

Over = Callable[[PostKey, str, Desired | None], Desired | None]
"""Of a message that announces a proposal which is not open: what it should say now. Given its key,
the proposal's id, and the escalation on the main branch with the same announcement, if any."""


@dataclass(frozen=True)
class Request:
    """What a run is to do."""

    desired: DesiredStates
    declared: frozenset[str]
    """The tickets that have a file, readable or not."""
    roster: Roster
    label: str
    projects: tuple[str, ...]
    now: datetime
    revision: str = ""
    recent: frozenset[str] | None = None
    """Files that changed lately; None when there is no history to tell."""
    thorough: bool = False
    pull_requests: tuple[Desired, ...] = ()
    """What open proposals would bring to the main branch."""
    previews: Mapping[str, tuple[Desired, ...]] = field(default_factory=dict)
    """What each of them would ask for if it were merged now, by its id."""
    over: Over | None = None
    """Tells what is left to say of a proposal that is not open; None without a forge."""
    announced_in: tuple[str, ...] = ()
    """Names of the desks' channels."""
    fetched: Fetched | None = None
    """Tickets that were read already."""
    diagnostics: tuple[Diagnostic, ...] = ()
    """What could not be read of the forge."""


@dataclass
class Looked:
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
    looked: dict[str, Looked] = field(default_factory=dict)
    pull_requests: list[Looked] = field(default_factory=list)
    """The announcements of pull requests as planned."""
    previews: dict[str, tuple[EscalationPlan, ...]] = field(default_factory=dict)
    """By id of the proposal, what would be done if it were merged now."""


def ticket_order(ticket: str) -> tuple[str, int]:
    """Tickets by project and number."""
    project, _, number = ticket.rpartition("-")
    return project, int(number)
