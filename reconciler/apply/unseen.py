"""The plan of what could not be looked at: nothing, and why."""

from reconciler.model.change import EscalationPlan
from reconciler.model.desired import Desired
from reconciler.model.trouble import Trouble
from reconciler.services.errors import InternalError, ServiceError


def unseen(desired: Desired, error: ServiceError | InternalError) -> EscalationPlan:
    """A plan without changes, with the failure as its problem."""
    trouble = Trouble("observe", str(error), error.cure or "The next run tries again.")
    return EscalationPlan(
        ticket=desired.ticket,
        title=desired.title,
        phase=desired.phase,
        path=desired.path,
        desk=desired.desk,
        proposal=desired.pull_request.name if desired.pull_request else "",
        basis="",
        problems=(trouble,),
    )
