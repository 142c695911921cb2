"""Carrying out the plan of one escalation."""

from dataclasses import dataclass

from reconciler.apply.jira_changes import JiraChanges
from reconciler.apply.ledger import Ledger
from reconciler.apply.slack_changes import SlackChanges
from reconciler.model.observed import Observed
from reconciler.model.outcome import Outcome, Result
from reconciler.model.receipt import ChannelReceipt
from reconciler.plan.announcement import PlannedProposal
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
    return _carried(ledger)


def tell_proposal(
    planned: PlannedProposal, channel: str | None, gateways: Gateways, identity: Identity
) -> Carried:
    """Say what is to be said of a proposal in its desk's channel; nothing else is touched."""
    ledger = Ledger(
        ticket=planned.plan.ticket,
        memory=planned.memory,
        channel=None,
        announced_in=channel,
        proposal=planned.plan.proposal,
    )
    slack = SlackChanges(gateways.slack, identity, ledger)
    for change in planned.plan.changes:
        slack.do(change)
    return _carried(ledger)


def _carried(ledger: Ledger) -> Carried:
    unknown = any(each.result is Result.UNKNOWN for each in ledger.outcomes)
    return Carried(tuple(ledger.outcomes), unknown or ledger.look_again)


def _ledger(planned: Planned, observed: Observed) -> Ledger:
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
    )
