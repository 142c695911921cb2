"""Carrying out the plan of one escalation."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from reconciler.apply.budget import Budget
from reconciler.apply.jira_changes import JiraChanges
from reconciler.apply.ledger import Ledger
from reconciler.apply.outcomes import RECEIPT, Outcomes
from reconciler.apply.slack_changes import SlackChanges
from reconciler.model.change import Change, CreateChannel, EscalationPlan, JoinChannel
from reconciler.model.observed import Observed
from reconciler.model.outcome import Result
from reconciler.model.receipt import ChannelReceipt
from reconciler.reconcile.announcement import PlannedProposal
from reconciler.reconcile.plan import Planned
from reconciler.reconcile.safety import costs, removes
from reconciler.services.connect import Gateways
from reconciler.services.slack.values import Identity

_OPEN: Final = {Result.UNKNOWN, Result.FAILED}


@dataclass(frozen=True)
class Executor:
    """Carries changes out, for any escalation of one run."""

    gateways: Gateways
    identity: Identity
    budget: Budget

    def carry_out(self, planned: Planned, observed: Observed, outcomes: Outcomes) -> bool:
        """Make the approved changes in order; whether something must be read back then.

        A failure stops only what requires the change that failed.
        """
        ledger = _ledger(planned, observed, outcomes)
        slack = SlackChanges(self.gateways.slack, self.identity, ledger)
        jira = JiraChanges(self.gateways.jira, self.identity.workspace_url, ledger)

        def do(change: Change) -> None:
            if not slack.do(change):
                jira.do(change)

        self._each(planned.plan, ledger, do)
        if planned.plan.changes:
            try:
                jira.finish(observed.ticket.receipt if observed.ticket else None)
            except Exception as error:  # noqa: BLE001 - the other escalations do not depend on it
                outcomes.internal(ledger.edited_by.values() or [RECEIPT], error)
        return ledger.look_again or outcomes.unknown()

    def announce(self, planned: PlannedProposal, channel: str | None, outcomes: Outcomes) -> bool:
        """Post and edit the announcement of a proposal; whether something must be read back."""
        ledger = Ledger(planned.plan.ticket, planned.memory, None, channel, outcomes)
        slack = SlackChanges(self.gateways.slack, self.identity, ledger)
        self._each(planned.plan, ledger, slack.do)
        return outcomes.unknown()

    def _each(self, plan: EscalationPlan, ledger: Ledger, do: Callable[[Change], object]) -> None:
        """Make each change that is approved, whose requirements are done, and that is affordable.

        An error of this program ends the change, and not the escalation.
        """
        for later in plan.changes:
            change = ledger.outcomes.approved(later)
            if change is None:
                continue
            if waits_for := _waits_for(change, plan, ledger):
                ledger.skipped(change, waits_for)
            elif cap := self._over(plan, change, ledger.outcomes):
                most = self.budget.cap(cap)
                told = f"policy allows {most} {cap} in one run, and they are used up"
                cure = f"The next run continues. To allow more in one run: --cap {cap}=N"
                ledger.outcomes.note(change, Result.SKIPPED, told, cure)
            else:
                try:
                    do(change)
                except Exception as error:  # noqa: BLE001 - the other changes do not depend on it
                    ledger.outcomes.internal([change], error)

    def _over(self, plan: EscalationPlan, change: Change, outcomes: Outcomes) -> str | None:
        """The cap that a change would pass; None when there is none, and it is paid for."""
        owner = f"{plan.proposal} {plan.ticket}"
        removal = {"removals": 1} if removes(outcomes.plan) else {}
        return self.budget.spend(owner, removal) or self.budget.spend(
            f"{owner} {change.key}", costs(change.op)
        )


def _waits_for(change: Change, plan: EscalationPlan, ledger: Ledger) -> str:
    """What a change requires and is not done; empty when it can be made."""
    planned = {each.key: each for each in plan.changes}
    for key in ledger.outcomes.requires(change):
        required, result = planned.get(key), ledger.outcomes.result(key)
        joins = required is not None and isinstance(required.op, CreateChannel | JoinChannel)
        if result in _OPEN or (required is not None and result is not Result.DONE):
            return "the channel" if joins or required is None else required.after
        if joins and ledger.look_again:
            return "a look at the channel, which the bot has just joined"
    return ""


def _ledger(planned: Planned, observed: Observed, outcomes: Outcomes) -> Ledger:
    seen, channel = observed.channel, None
    if seen is not None and planned.plan.channel_id:
        # Where policy does not let the name follow, the ticket goes on telling the one it knows.
        known = planned.memory.channel
        name = known.name if known and known.id == seen.id else seen.name
        channel = ChannelReceipt(id=seen.id, name=name)
    return Ledger(
        ticket=planned.plan.ticket,
        memory=planned.memory,
        channel=channel,
        announced_in=observed.announced.channel,
        outcomes=outcomes,
    )
