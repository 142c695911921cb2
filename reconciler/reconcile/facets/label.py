"""The ticket's label: on while the escalation is active, off after it. No other is changed."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from reconciler.model.change import Action, Change
from reconciler.model.observed import Ticket
from reconciler.model.receipt import Receipt
from reconciler.reconcile.facet import Evidence, Facet, Parts, ReadBack, TicketOperation
from reconciler.reconcile.step import Facts, Steps, why

if TYPE_CHECKING:
    from reconciler.reconcile.engine.work import Work
    from reconciler.services.jira.edit import TicketEdit


class Label(Facet):
    """The label ESCALATION, or what the policy names."""

    taken_back = True
    needs = frozenset({"Jira"})

    def plan(self, facts: Facts) -> Steps:
        want = facts.desired.jira
        if (want.label in facts.ticket.labels) is want.escalated:
            return
        yield Change(
            facet="jira.label",
            action=Action.ADD if want.escalated else Action.REMOVE,
            before="" if want.escalated else want.label,
            after=want.label if want.escalated else "",
            why=why(want.why, drifted=want.escalated and facts.stored.labelled),
            op=(AddLabel if want.escalated else RemoveLabel)(label=want.label),
        )

    def recall(self, receipt: Receipt, evidence: Evidence) -> Parts:
        want = evidence.desired.jira
        on = want.label in evidence.ticket.labels
        return {"labelled": on} if on is want.escalated else {}


class AddLabel(TicketOperation):
    """Add the label; no other label is changed."""

    do: str = "add_label"
    label: str
    field = "labels"
    remedy = "Put the field Labels on the project's edit screen."

    @property
    def thing(self) -> str:
        return self.label

    def put(self, edit: "TicketEdit", work: "Work") -> "TicketEdit":
        return edit.doing(self.field, "add", self.label)

    def remembered(self, receipt: Receipt) -> Parts:
        return {"labelled": True}

    def confirmed_on(self, ticket: Ticket, seen: ReadBack) -> bool:
        return self.label in ticket.labels

    def effect(self, change: Change, name: Callable[[str], str]) -> str:
        return f"{'adds' if self.do == 'add_label' else 'removes'} the label {self.label}"


class RemoveLabel(AddLabel):
    """Remove the label."""

    do: str = "remove_label"

    def put(self, edit: "TicketEdit", work: "Work") -> "TicketEdit":
        return edit.doing(self.field, "remove", self.label)

    def remembered(self, receipt: Receipt) -> Parts:
        return {"labelled": False, "priority": None}

    def confirmed_on(self, ticket: Ticket, seen: ReadBack) -> bool:
        return self.label not in ticket.labels
