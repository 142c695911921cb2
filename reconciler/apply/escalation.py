"""Carrying out the plan of one escalation."""

from dataclasses import dataclass

from reconciler.apply.jira_changes import JiraChanges
from reconciler.apply.ledger import Ledger
from reconciler.apply.slack_changes import SlackChanges
from reconciler.model.observed import Observed
from reconciler.model.outcome import Outcome, Result
from reconciler.model.receipt import ChannelReceipt
from reconciler.plan.escalation import Planned
from reconciler.services.gateways import Gateways
from reconciler.services.slack_read import Identity


@dataclass(frozen=True)
class Carried:
    """What came of the changes of one escalation."""

    outcomes: tuple[Outcome, ...]
    look_again: bool
    """Whether something must be read back: an answer was lost, the bot has just joined."""


def carry_out(
    planned: Planned, observed: Observed, gateways: Gateways, identity: Identity
) -> Carried:
    """Make the changes in order; a failure stops only what depends on it."""
    ledger = _ledger(planned, observed)
    slack = SlackChanges(gateways.slack, identity, ledger)
    jira = JiraChanges(gateways.jira, identity.workspace_url, ledger)
    for change in planned.plan.changes:
        if not slack.do(change):
            jira.do(change)
    if planned.plan.changes:
        jira.finish(observed.ticket.receipt if observed.ticket else None)
    unknown = any(each.result is Result.UNKNOWN for each in ledger.outcomes)
    return Carried(tuple(ledger.outcomes), unknown or ledger.look_again)


def _ledger(planned: Planned, observed: Observed) -> Ledger:
    seen, channel = observed.channel, None
    if seen is not None and planned.plan.channel_id:
        channel = ChannelReceipt(id=seen.id, name=seen.name)
    return Ledger(
        ticket=planned.plan.ticket,
        memory=planned.memory,
        channel=channel,
        announced_in=observed.announced.channel,
    )
