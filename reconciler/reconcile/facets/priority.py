"""The ticket's priority: raised while the escalation is active, restored after it."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from reconciler.model.change import Action, Change
from reconciler.model.desired import Desired
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.drift import Drift
from reconciler.model.observed import Priority, Probe, Ticket
from reconciler.model.receipt import PriorityReceipt, Receipt
from reconciler.reconcile.facet import (
    Evidence,
    Facet,
    Parts,
    ReadBack,
    TicketOperation,
    manual_change,
    policy_line,
)
from reconciler.reconcile.step import DRIFT, POLICY_CHANGED, Facts, Notice, Problem, Steps, why

if TYPE_CHECKING:
    from reconciler.reconcile.engine.work import Work
    from reconciler.services.jira.edit import TicketEdit


class TicketPriority(Facet):
    """The priority in the policy, unless people changed it and `drift.priority` is `adopt`."""

    taken_back = True
    needs = frozenset({"Jira"})

    def plan(self, facts: Facts) -> Steps:
        want, ticket = facts.desired.jira, facts.ticket
        label_on = want.label in ticket.labels
        lost = facts.receipt.priority is None and is_raised(facts) and label_on
        if lost and Probe.CHANGELOG not in facts.observed.probed:
            yield Probe.CHANGELOG
        elif want.escalated and not is_raised(facts):
            yield from _raise(facts)
        elif not want.escalated and facts.receipt.priority is not None:
            yield from _restore(facts)

    def recall(self, receipt: Receipt, evidence: Evidence) -> Parts:
        looked = Probe.CHANGELOG in evidence.observed.probed
        return {"priority": _recalled(receipt, evidence.desired, evidence.ticket, looked=looked)}


def fields_to_set(facts: Facts) -> Iterator[str]:
    """`priority`, if this plan has to set it."""
    settled = is_raised(facts) or _left_alone(facts)
    if not settled if facts.desired.jira.escalated else _has_former(facts):
        yield "priority"


def is_raised(facts: Facts) -> bool:
    """True if the ticket has the priority that the policy names."""
    current = facts.ticket.priority
    return current is not None and current.name == facts.desired.jira.priority


def _has_former(facts: Facts) -> bool:
    """True if the former priority should replace the present one."""
    receipt = facts.receipt.priority
    return receipt is not None and receipt.previous_id != receipt.ours and not receipt.given_up


def _left_alone(facts: Facts) -> bool:
    """True if people changed the priority that the tool set, and policy adopts that."""
    changed = facts.stored.priority is not None and not _still_ours(facts)
    return changed and facts.desired.drift.priority is not Drift.REPAIR


def _still_ours(facts: Facts) -> bool:
    """True if the ticket has the priority that the tool set, whatever policy asks for now."""
    stored, current = facts.stored.priority, facts.ticket.priority
    return stored is not None and current is not None and current.id == stored.ours


def _raise(facts: Facts) -> Steps:
    before = facts.stored.priority
    given_up = before is not None and before.given_up and _left_alone(facts)
    changed = before is not None and not _still_ours(facts)
    if changed and not given_up:
        yield _changed_by_hand(facts)
    if not _left_alone(facts) and _has_no_field(facts):
        yield Problem(_no_field(facts.desired.desk))
    elif not _left_alone(facts):
        allowed = {each.name: each for each in _choices(facts)}
        target = allowed[facts.desired.jira.priority]
        source = POLICY_CHANGED if before else why(facts.desired.jira.why, drifted=False)
        yield _set(facts, target, DRIFT if changed else source)


def _has_no_field(facts: Facts) -> bool:
    """True if the ticket can be edited and has no priority to set."""
    editable = facts.ticket.editable
    return bool(editable) and "priority" not in (editable or ())


def _no_field(project: str) -> Diagnostic:
    """That the project has no priority, as team-managed ones may have none."""
    return Diagnostic(
        "jira.priority",
        f"the field priority can't be edited in project {project}; everything else is done",
        "Add the field to the project's edit screen. In a team-managed project, add it to the type"
        " of the ticket under Project settings.",
    )


def _restore(facts: Facts) -> Steps:
    receipt, allowed = facts.receipt.priority, _choices(facts)
    if receipt is None or not _has_former(facts):
        return
    if Probe.CHANGELOG not in facts.observed.probed:
        yield Probe.CHANGELOG  # any account that can edit the ticket can change this field
    target = next((each for each in allowed if each.id == receipt.previous_id), None)
    if target is not None:
        source = why(facts.desired.jira.why, drifted=False)
        yield _set(facts, target, source, restores=True)
        return
    name = receipt.previous_name or "unknown"
    yield Notice(
        Diagnostic(
            "jira.priority",
            f"the priority before the escalation ({name}) can't be restored",
            "Set the ticket's priority in Jira.",
        )
    )


def _choices(facts: Facts) -> tuple[Priority, ...]:
    """What the priority can be set to. The change of a locked ticket is shown, and waits."""
    if facts.ticket.editable == frozenset():
        former = facts.receipt.priority
        before = former and Priority(former.previous_id or "", former.previous_name or "")
        return (Priority("", facts.desired.jira.priority), *((before,) if before else ()))
    return facts.ticket.priorities or ()


def _set(facts: Facts, target: Priority, source: str, *, restores: bool = False) -> Change:
    current = facts.ticket.priority
    return Change(
        facet="jira.priority",
        action=Action.CHANGE,
        before=current.name if current else "none",
        after=target.name,
        why=source,
        op=SetPriority(id=target.id, previous=current, restores=restores),
    )


def _changed_by_hand(facts: Facts) -> Notice:
    let = policy_line("priority", Drift.ADOPT)
    current = facts.ticket.priority
    there = current.name if current else "none"
    declared = facts.desired.jira.priority
    return manual_change(
        "jira.priority",
        f"the priority was changed in Jira: {declared} is declared, {there} is there",
        "priority",
        facts.desired.drift.priority,
        {
            Drift.REPAIR: ("the tool raises it again", f"To keep {there}: {let}"),
            Drift.REPORT: (
                "the tool does not change it",
                f"Set {declared} in Jira again, or stop managing it: {let}",
            ),
            Drift.ADOPT: (
                "it is no longer managed, and not restored when the escalation ends",
                f"To have {declared} again, set it in Jira.",
            ),
        },
    )


def _recalled(
    receipt: Receipt, desired: Desired, ticket: Ticket, *, looked: bool
) -> PriorityReceipt | None:
    """The former priority to restore at the end, as far as the ticket shows it."""
    known, current = receipt.priority, ticket.priority
    raised = current is not None and current.name == desired.jira.priority
    label_on = desired.jira.label in ticket.labels
    if known is not None:
        # At the end, a priority that people chose stays: there is nothing to restore.
        ours = current is not None and current.id == known.ours
        # The label is no evidence, because people may have removed it before the end.
        owed = ours and (label_on or known.previous_id != known.ours)
        keep = desired.jira.escalated or owed
        return _given_up(known, desired, raised=raised, ours=ours) if keep else None
    if current is None or not raised or (not label_on and not desired.jira.escalated):
        return None
    if label_on:  # raised in a run whose receipt is lost, or by people before there was a file
        return _receipt(ticket.previous_priority, current.id) if looked else None
    return _receipt(current, current.id)


def _given_up(
    known: PriorityReceipt, desired: Desired, *, raised: bool, ours: bool
) -> PriorityReceipt:
    adopts = desired.drift.priority is Drift.ADOPT
    lowered = desired.jira.escalated and not raised and not ours
    return known.model_copy(update={"given_up": adopts and (known.given_up or lowered)})


def _receipt(previous: Priority | None, ours: str) -> PriorityReceipt:
    return PriorityReceipt(
        previous_id=previous.id if previous else None,
        previous_name=previous.name if previous else None,
        ours=ours,
    )


class SetPriority(TicketOperation):
    """Raise the priority and record the former one, or restore that."""

    do: str = "set_priority"
    id: str
    previous: Priority | None
    restores: bool = False
    field = "priority"
    remedy = (
        "Correct jira.priority in config/policy.yaml, or put the priority on the"
        " project's edit screen and into its priority scheme."
    )

    def put(self, edit: "TicketEdit", work: "Work") -> "TicketEdit":
        return edit.setting(self.field, {"id": self.id})

    def remembered(self, receipt: Receipt) -> Parts:
        if self.restores:
            return {"priority": None}
        return {} if receipt.priority else {"priority": _receipt(self.previous, self.id)}

    def confirmed_on(self, ticket: Ticket, seen: ReadBack) -> bool:
        return ticket.priority is not None and ticket.priority.id == self.id

    def effect(self, change: Change, name: Callable[[str], str]) -> str:
        return f"sets the priority {change.after}"
