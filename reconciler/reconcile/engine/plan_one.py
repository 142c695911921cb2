"""One escalation or pull request: read what its plan depends on, and plan."""

from dataclasses import replace
from typing import Final

from reconciler.model.change import EscalationPlan
from reconciler.model.desired import Desired
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.observed import Observed, Probe
from reconciler.reconcile.engine.request import PlannedEscalation, Run
from reconciler.reconcile.inventory.observer import THOROUGH
from reconciler.reconcile.plan import plan_escalation
from reconciler.services.errors import InternalError, ServiceError

_PROBES: Final = len(Probe) + 1
"""How often a plan may ask for further reads. Each read can lead to another."""


def replan(run: Run, desired: Desired) -> PlannedEscalation:
    """Read everything about one escalation again, and plan."""
    return look(run, desired, run.observer.refresh(desired))


def first_look(run: Run, desired: Desired) -> PlannedEscalation:
    """Plan one escalation from what this run has already read."""
    return look(run, desired, run.observer.observe(desired))


def look(run: Run, desired: Desired, observed: Observed) -> PlannedEscalation:
    """Plan, read the probes that the plan asks for, and plan again until it asks for none."""
    if run.request.thorough and observed.ticket is not None and not _is_done(desired, observed):
        observed = replace(run.observer.deepen(desired, observed, THOROUGH), thorough=True)
    planned = plan_escalation(desired, observed, run.request.now)
    for _ in range(_PROBES):
        if not planned.probes:
            break
        observed = run.observer.deepen(desired, observed, planned.probes)
        planned = plan_escalation(desired, observed, run.request.now)
    return PlannedEscalation(desired, observed, planned)


def _is_done(desired: Desired, observed: Observed) -> bool:
    """True if the escalation ended and nothing is left to do, so `--thorough` skips it."""
    channel = observed.channel
    return desired.phase.ended and (channel is None or channel.archived)


def unseen(desired: Desired, error: ServiceError | InternalError) -> EscalationPlan:
    """A plan without changes, with the failure as its problem."""
    diagnostic = Diagnostic("observe", str(error), error.remedy or "The next run tries again.")
    return EscalationPlan(
        ticket=desired.ticket,
        title=desired.title,
        phase=desired.phase,
        path=desired.path,
        desk=desired.desk,
        pull_request=desired.pull_request.name if desired.pull_request else "",
        basis="",
        problems=(diagnostic,),
    )
