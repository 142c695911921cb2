"""Apply the plan of one escalation."""

from dataclasses import dataclass, field
from typing import Final

from reconciler.model.change import Change, EscalationPlan
from reconciler.model.observed import Observed
from reconciler.model.outcome import Result
from reconciler.model.receipt import ChannelReceipt
from reconciler.reconcile.engine.budget import Budget
from reconciler.reconcile.engine.jira_edit import send_edit
from reconciler.reconcile.engine.outcomes import RECEIPT, Outcomes
from reconciler.reconcile.engine.permit import Permit
from reconciler.reconcile.engine.work import Work
from reconciler.reconcile.facet import operation
from reconciler.reconcile.plan import Planned
from reconciler.reconcile.safety import removes
from reconciler.services.connect import Gateways
from reconciler.services.errors import Effect, ServiceError
from reconciler.services.slack.values import Identity

_OPEN: Final = {Result.UNKNOWN, Result.FAILED}


@dataclass(frozen=True)
class Executor:
    """Applies plans, for any escalation of one run."""

    gateways: Gateways
    identity: Identity
    budget: Budget
    permit: Permit = field(default_factory=Permit)

    def carry_out(self, planned: Planned, observed: Observed, outcomes: Outcomes) -> bool:
        """Make the approved changes in order; return True if something must be read again.

        A failure stops only what requires the change that failed.
        """
        if reason := self.permit.refusal():
            outcomes.stopped(planned.plan.changes, reason)
            return False
        work = Work(
            self.gateways,
            self.identity,
            planned.plan.ticket,
            planned.receipt,
            _channel(planned, observed),
            observed.announced.channel,
            outcomes,
        )
        self._each(planned.plan, work)
        if self.permit.is_lost:
            # Another run may have written a newer receipt.
            outcomes.stopped(work.edited_by.values(), self.permit.refusal())
            return False
        if planned.plan.changes and observed.ticket is not None:
            try:
                send_edit(work, observed.ticket)
            except Exception as error:  # noqa: BLE001 - the other escalations do not depend on it
                outcomes.internal(work.edited_by.values() or [RECEIPT], error)
        return (work.needs_reread or outcomes.unknown()) and not self.permit.refusal()

    def _each(self, plan: EscalationPlan, work: Work) -> None:
        """Make each change that is approved, has its requirements done, and is within the caps.

        An error of this program ends the change, and not the escalation.
        """
        for later in plan.changes:
            change = work.outcomes.approved(later)
            if change is None:
                continue
            if reason := self.permit.refusal():
                work.outcomes.stopped([change], reason)
            elif waits_for := _waits_for(change, plan, work):
                work.skipped(change, waits_for)
            elif cap := self._exceeded_cap(plan, change, work.outcomes):
                most = self.budget.cap(cap)
                message = f"policy allows {most} {cap} in one run, and this run has used them"
                remedy = f"The next run continues. To allow more in one run: --cap {cap}=N"
                work.outcomes.note(change, Result.SKIPPED, message, remedy)
            else:
                try:
                    make(change, work)
                except Exception as error:  # noqa: BLE001 - the other changes do not depend on it
                    work.outcomes.internal([change], error)

    def _exceeded_cap(self, plan: EscalationPlan, change: Change, outcomes: Outcomes) -> str | None:
        """The cap that a change would exceed; None if it is within the caps and was spent."""
        owner = f"{plan.pull_request} {plan.ticket}"
        removal = {"removals": 1} if removes(outcomes.plan) else {}
        return self.budget.spend(owner, removal) or self.budget.spend(
            f"{owner} {change.key}", change.op.costs
        )


def make(change: Change, work: Work) -> None:
    """Make one change and note its outcome."""
    op = operation(change)
    if op.in_channel and work.channel is None:
        work.skipped(change, "the channel")
        return
    try:
        try:
            op.apply(change, work)
        except ServiceError as error:
            if not op.answered(change, work, error.code, error.answer):
                raise
    except ServiceError as error:
        if error.effect is Effect.NONE:
            op.refused(work, error.code or error.answer)
        work.failed(change, error)


def _waits_for(change: Change, plan: EscalationPlan, work: Work) -> str:
    """A requirement of a change that is not done, in words; empty if it can be made."""
    planned = {each.key: each for each in plan.changes}
    for key in work.outcomes.requires(change):
        required, result = planned.get(key), work.outcomes.result(key)
        opens = required is not None and required.op.opens_channel
        if result in _OPEN or (required is not None and result is not Result.DONE):
            return "the channel" if opens or required is None else required.after
        if opens and work.needs_reread:
            return "a reading of the channel, which the bot has just joined"
    return ""


def _channel(planned: Planned, observed: Observed) -> ChannelReceipt | None:
    seen = observed.channel
    if seen is None or not planned.plan.channel_id:
        return None
    # If policy does not adopt a new name, the ticket keeps the name in the receipt.
    known = planned.receipt.channel
    return ChannelReceipt(
        id=seen.id, name=known.name if known and known.id == seen.id else seen.name
    )
