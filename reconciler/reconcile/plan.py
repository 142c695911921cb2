"""plan = f(desired, observed, receipt): the changes of one escalation."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from reconciler.model.change import Action, Change, EscalationPlan
from reconciler.model.desired import Desired
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.observed import Channel, Observed, Probe, Ticket
from reconciler.model.phase import Phase
from reconciler.model.receipt import PROPERTY, VERSION, Receipt
from reconciler.model.receipt_form import LONG, LONGEST, length
from reconciler.model.ticket_comments import unread_comments
from reconciler.reconcile.basis import basis
from reconciler.reconcile.facet import Facet
from reconciler.reconcile.facets import FACETS
from reconciler.reconcile.facets.channel import (
    can_be_used,
    fresh_name,
    name_on_ticket,
    opens_fresh,
)
from reconciler.reconcile.facets.receipt import Remember
from reconciler.reconcile.jira_settings import (
    edits_field,
    is_locked,
    locked_diagnostic,
    settings_diagnostic,
)
from reconciler.reconcile.lost_receipt import READ_BACK
from reconciler.reconcile.recall import recall, without_channel
from reconciler.reconcile.step import DRIFT, Facts, Notice, Problem, Step, sort_out
from reconciler.reconcile.trusted_receipt import confirmed, trusted, unconfirmed

_COMMENT_PARTS: Final = (
    "channel_comment",
    "summary_comments",
    "event_comments",
    "comments_through",
)


@dataclass(frozen=True)
class Planned:
    """A plan, what must be read before it is complete, and the receipt that it starts from."""

    plan: EscalationPlan
    probes: frozenset[Probe]
    receipt: Receipt


def plan_escalation(desired: Desired, observed: Observed, now: datetime) -> Planned:
    """The changes that make what is observed equal to what is desired."""
    if desired.pull_request is not None:
        return _plan_pull_request(desired, observed, now)
    if observed.absent:
        return _plan_with_one_service(desired, observed, now)
    return _plan_with_both_services(desired, observed, now)


def _plan_with_both_services(desired: Desired, observed: Observed, now: datetime) -> Planned:
    ticket = observed.ticket
    if ticket is None:
        return _planned(desired, observed, [Problem(_no_ticket(desired, observed))])
    diagnostic = desired.unread or _newer_receipt(ticket)
    if diagnostic is not None:
        return _planned(desired, observed, [Problem(diagnostic)])
    return _plan_ticket(desired, observed, ticket, now)


def _plan_ticket(desired: Desired, observed: Observed, ticket: Ticket, now: datetime) -> Planned:
    """The changes of a ticket whose receipt can be read or is lost."""
    facts = _facts(desired, observed, ticket, now)
    if _never_ours(facts):
        unread = _unprobed(observed, Probe.ANNOUNCEMENT)
        return _planned(desired, observed, [Probe.ANNOUNCEMENT] if unread else [])
    if ticket.receipt is None and unread_comments(ticket) and _unprobed(observed, Probe.COMMENTS):
        return _planned(desired, observed, [Probe.COMMENTS])
    if ticket.lost_receipt is not None and READ_BACK - observed.probed:
        return _planned(desired, observed, [*sorted(READ_BACK - observed.probed)])
    diagnostic = settings_diagnostic(facts)
    if diagnostic is not None:
        return _planned(desired, observed, [Problem(diagnostic)])
    return _planned(desired, observed, _steps(facts), facts)


def _unprobed(observed: Observed, probe: Probe) -> bool:
    return probe not in observed.probed


def _allowed(facts: Facts, steps: list[Step]) -> list[Step]:
    """The steps that the ticket allows: a locked one keeps its fields."""
    waiting = [each for each in steps if isinstance(each, Change) and edits_field(each)]
    if not is_locked(facts.ticket) or not waiting:
        return steps
    kept = [each for each in steps if each not in waiting]
    return [Problem(locked_diagnostic(facts, waiting)), *kept]


def _plan_pull_request(desired: Desired, observed: Observed, now: datetime) -> Planned:
    """The changes of a pull request's announcement. They have no receipt, only Slack metadata."""
    if desired.ticket in observed.missing_tickets:
        return _planned(desired, observed, [Problem(_no_ticket_to_escalate(desired))])
    facts = _facts(desired, observed, _unseen_ticket(desired), now)
    steps = [step for each in FACETS if each.also_proposed for step in each.plan(facts)]
    return _planned(desired, observed, steps, facts)


def _plan_with_one_service(desired: Desired, observed: Observed, now: datetime) -> Planned:
    """The changes that need only the service that this run can read.

    Without Jira there is no receipt, so only what is in a channel that exists is planned, from
    what the channels hold. Without Slack, nothing is created, and the receipt stays as it is.
    """
    ticket = observed.ticket
    problems: list[Step] = []
    if observed.absent == "Jira":
        unread = observed.unknown.get(f"ticket/{desired.ticket}")
        problems = [Problem(unread)] if unread else []
        if observed.channel is None or desired.unread:
            return _planned(desired, observed, problems)
        ticket = _unseen_ticket(desired)
    if ticket is None:
        return _planned(desired, observed, [Problem(_no_ticket(desired, observed))])
    facts = _facts(desired, observed, ticket, now)
    diagnostic = desired.unread or _newer_receipt(ticket) or _lost_without_slack(ticket)
    if diagnostic is None and observed.absent == "Slack" and not _never_ours(facts):
        diagnostic = settings_diagnostic(facts)
    if diagnostic is not None or _never_ours(facts):
        return _planned(desired, observed, [Problem(diagnostic)] if diagnostic else [])
    steps: list[Step] = [Notice(each) for each in (*desired.notices, *facts.untrue)]
    for facet in FACETS:
        if observed.absent not in facet.needs and _is_planned(facet, facts):
            steps += facet.plan(facts)
    if observed.absent == "Jira":
        steps = _on_confirmed_ground(facts, steps)
    return _planned(desired, observed, [*problems, *_allowed(facts, steps)], facts)


def _unseen_ticket(desired: Desired) -> Ticket:
    """Stands for a ticket that is not read."""
    return Ticket(desired.ticket, "", frozenset(), None, None, {}, frozenset(), None)


def _facts(desired: Desired, observed: Observed, ticket: Ticket, now: datetime) -> Facts:
    stored, diagnostics = trusted(desired, observed, ticket)
    receipt = recall(desired, observed, ticket)
    fresh = not observed.absent and opens_fresh(
        desired, observed.channel, archived_by_us=stored.archived
    )
    if fresh:
        receipt = without_channel(receipt)
    name = fresh_name(desired, stored) if fresh else name_on_ticket(desired, observed, receipt)
    return Facts(desired, observed, ticket, stored, receipt, now, fresh, name, diagnostics)


def _never_ours(facts: Facts) -> bool:
    """True if it ended before the first run. Then no run posts or changes anything for it."""
    return (
        facts.desired.phase.ended
        and facts.ticket.receipt is None
        and facts.observed.channel is None
        and facts.desired.jira.label not in facts.ticket.labels
        # A run that ended right after its first message leaves nothing else.
        and not facts.observed.announced.messages
    )


def _steps(facts: Facts) -> list[Step]:
    notices = (*facts.desired.notices, *facts.untrue)
    steps: list[Step] = [Notice(diagnostic) for diagnostic in notices]
    for facet in FACETS:
        if _is_planned(facet, facts):
            steps += facet.plan(facts)
    steps = _allowed(facts, _on_confirmed_ground(facts, steps))
    return [*steps, *_receipt_steps(facts, changes=_changes(steps))]


def _receipt_steps(facts: Facts, *, changes: bool) -> Iterator[Step]:
    """Write the receipt, or report it; `changes` is true if another change writes it."""
    learnt: dict[str, object] = {}
    if facts.desired.jira.assignee is None:
        learnt["assignee"] = None  # written with the change that ends the assignment
    if changes or _unprobed(facts.observed, Probe.COMMENTS):  # written with the next change
        learnt |= {name: getattr(facts.receipt, name) for name in _COMMENT_PARTS}
    nothing = Receipt(ticket=facts.desired.ticket, counter=facts.ticket.last_counter)
    found = facts.ticket.receipt or nothing
    forgotten = facts.receipt != found.model_copy(update=learnt) and not facts.fresh
    size = length(facts.receipt)
    if LONG < size <= LONGEST:
        yield Notice(_long(facts, size))
    if size > LONGEST:
        yield Notice(_too_long(facts))
    elif facts.ticket.lost_receipt is not None:
        yield _remember(before="lost", after="as seen", why=DRIFT)
    elif facts.ticket.former_key:
        yield _remember(before="former key", after="present key", why=DRIFT)
    elif forgotten:
        yield _remember(before="out of date", after="as seen", why=DRIFT)


def _on_confirmed_ground(facts: Facts, steps: list[Step]) -> list[Step]:
    """The steps, with the probes that must confirm what only the receipt contains."""
    changes = [step for step in steps if isinstance(step, Change)]
    kept = list(confirmed(changes, facts.observed))
    probes = unconfirmed(kept, facts.observed, facts.stored)
    others = [step for step in steps if not isinstance(step, Change) or step in kept]
    return [*others, *(Probe(each) for each in sorted(probes))]


def _is_planned(facet: Facet, facts: Facts) -> bool:
    """True if the facet is planned. A held escalation is announced, and old state removed."""
    if facts.desired.phase is Phase.HELD:
        return facet.also_held or (facet.taken_back and facts.escalated_before)
    return not facet.of_channel or can_be_used(facts)


def _changes(steps: list[Step]) -> bool:
    return any(isinstance(step, Change) for step in steps)


def _remember(*, before: str, after: str, why: str) -> Change:
    action = Action.CHANGE if before else Action.ADD
    return Change(
        facet="jira.receipt", action=action, before=before, after=after, why=why, op=Remember()
    )


def _planned(
    desired: Desired, observed: Observed, steps: list[Step], facts: Facts | None = None
) -> Planned:
    channel, found = observed.channel, sort_out(steps)
    fresh = facts is not None and facts.fresh
    plan = EscalationPlan(
        ticket=desired.ticket,
        title=desired.title,
        phase=desired.phase,
        path=desired.path,
        desk=desired.desk,
        channel=facts.name if facts and fresh else channel.name if channel else "",
        channel_id=channel.id if channel and not fresh else "",
        adopts=_adopted(desired, channel) if channel and not fresh else "",
        announced_in=desired.announcement.channel_name,
        vanished=desired.vanished,
        pull_request=desired.pull_request.name if desired.pull_request else "",
        basis=basis(desired, observed),
        changes=found.changes,
        problems=found.problems,
        notices=found.notices,
    )
    return Planned(plan, found.probes, facts.receipt if facts else Receipt(ticket=desired.ticket))


def _adopted(desired: Desired, channel: Channel) -> str:
    """The channel that the file adopts, so that a reviewer can judge it; empty if it is another."""
    if channel.id != desired.channel.adopted or channel.hidden:
        return ""
    members = f", {len(channel.members)} members" if channel.members is not None else ""
    return f"#{channel.name} ({channel.id}), created by {channel.creator}{members}"


def _newer_receipt(ticket: Ticket) -> Diagnostic | None:
    version = ticket.newer_receipt
    if version is None:
        return None
    return Diagnostic(
        "jira.receipt",
        f"the receipt on {ticket.key} has version {version}, and this tool knows {VERSION};"
        " nothing is changed, so that nothing is lost",
        "Update the tool. If you never used a newer version, delete the property"
        f" {PROPERTY} of {ticket.key}, because the tool did not write it.",
    )


def _lost_without_slack(ticket: Ticket) -> Diagnostic | None:
    if ticket.lost_receipt is None:
        return None
    return Diagnostic(
        "jira.receipt",
        f"the receipt on {ticket.key} is lost, and Slack cannot be read to find out what was done",
        "Nothing to do: the next run that can read Slack reads it back.",
    )


def _long(facts: Facts, size: int) -> Diagnostic:
    return Diagnostic(
        "jira.receipt",
        f"the receipt of {facts.ticket.key} has {size:,} characters, and Jira accepts {LONGEST:,}",
        f"Look at the property {PROPERTY} of {facts.ticket.key}, and delete it if it holds fields"
        " that this version does not write. Otherwise resolve the escalation, and escalate what"
        " remains with another ticket.",
    )


def _too_long(facts: Facts) -> Diagnostic:
    return Diagnostic(
        "jira.receipt",
        f"the receipt of {facts.ticket.key} would be longer than {LONGEST} characters, so Jira"
        " refuses it. Without it, each run reads more from Jira and Slack",
        f"Look at the property {PROPERTY} of {facts.ticket.key}, and delete it if it holds fields"
        " that this version does not write. The next run writes it again.",
    )


def _no_ticket_to_escalate(desired: Desired) -> Diagnostic:
    name = desired.pull_request.name if desired.pull_request else desired.path
    return Diagnostic(
        "jira.ticket",
        f"{name} proposes {desired.ticket}, which Jira does not show",
        "Correct the ticket in the pull request, or let the reconciler's account"
        " browse the project. Until then, the tool does not announce it.",
    )


def _no_ticket(desired: Desired, observed: Observed) -> Diagnostic:
    if observed.moved_to:
        return Diagnostic(
            "jira.ticket",
            f"{desired.ticket} was moved to {observed.moved_to}",
            f"Rename the file after {observed.moved_to}, or move the ticket back.",
        )
    return Diagnostic(
        "jira.ticket",
        f"Jira shows no ticket {desired.ticket}",
        "Correct the key, or let the reconciler's account browse the project.",
    )
