"""The ticket's assignee in Jira, set to the assignee in the file."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from reconciler.model.change import Action, Change
from reconciler.model.drift import Drift
from reconciler.model.observed import Ticket
from reconciler.model.receipt import Receipt
from reconciler.reconcile.facet import (
    Evidence,
    Facet,
    Parts,
    ReadBack,
    TicketOperation,
    manual_change,
)
from reconciler.reconcile.step import Facts, Notice, Problem, Steps, why

if TYPE_CHECKING:
    from reconciler.reconcile.engine.work import Work
    from reconciler.redaction import PrivateData
    from reconciler.services.jira.edit import TicketEdit


class Assignee(Facet):
    """The engineer in charge, as Jira's assignee."""

    needs = frozenset({"Jira"})

    def plan(self, facts: Facts) -> Steps:
        handle = facts.desired.jira.assignee
        if handle is None:
            return
        unknown = facts.observed.unknown.get(f"jira/{handle}")
        if unknown is not None:
            yield Problem(unknown)
            return
        account = facts.observed.jira_ids[handle]
        if account == facts.ticket.assignee:
            return
        changed = facts.stored.assignee == account
        if changed:
            yield _changed_by_hand(facts, handle)
        if changed and facts.desired.drift.assignee is not Drift.REPAIR:
            return
        yield Change(
            facet="jira.assignee",
            action=Action.CHANGE if facts.ticket.assignee else Action.ADD,
            before=facts.ticket.assignee_name or facts.ticket.assignee or "",
            after=handle,
            why=why(facts.desired.jira.assignee_why, drifted=changed),
            op=Assign(account=account),
        )

    def recall(self, receipt: Receipt, evidence: Evidence) -> Parts:
        want = evidence.desired.jira.assignee
        if want is None:
            return {"assignee": None}  # the next assignee is a new one
        account = evidence.observed.jira_ids.get(want)
        there = account is not None and evidence.ticket.assignee == account
        return {"assignee": account} if there else {}


def _changed_by_hand(facts: Facts, declared: str) -> Notice:
    """Report that the assignee was changed or removed in Jira."""
    ticket, now = facts.desired.ticket, facts.observed.assignee
    there = now or facts.ticket.assignee_name or facts.ticket.assignee or "no one"
    back = f"To keep {declared}, assign the ticket to them in Jira."
    if now is not None:
        keep = f"To keep {now}, edit the file: escalate assign {ticket} {now} --pr."
    elif facts.ticket.assignee is None:
        keep = "If the escalation has ended, end it in its file."
    else:
        keep = f"To keep {there}, give them this Jira account in config/roster.yaml first."
    return manual_change(
        "jira.assignee",
        f"the assignee was changed in Jira: {declared} is declared, {there} is there",
        "assignee",
        facts.desired.drift.assignee,
        {
            Drift.REPAIR: (f"the tool assigns {declared} again", keep),
            Drift.REPORT: ("the tool does not change it", f"{keep} {back}"),
            Drift.ADOPT: ("Jira counts until you edit the file", keep),
        },
    )


class Assign(TicketOperation):
    """Assign the ticket to a Jira account."""

    do: str = "assign"
    account: str
    field = "assignee"
    remedy = (
        "Give the person the permission Assignable User in the project, or correct their"
        " Jira account in config/roster.yaml."
    )

    def put(self, edit: "TicketEdit", work: "Work") -> "TicketEdit":
        return edit.setting(self.field, {work.jira.account_key: self.account})

    def remembered(self, receipt: Receipt) -> Parts:
        return {"assignee": self.account}

    def confirmed_on(self, ticket: Ticket, seen: ReadBack) -> bool:
        return ticket.assignee == self.account

    def recorded(self, change: Change, private: "PrivateData") -> tuple[str, str]:
        return private.handle(change.before), change.after

    def effect(self, change: Change, name: Callable[[str], str]) -> str:
        return f"assigns {name(change.after)}"
