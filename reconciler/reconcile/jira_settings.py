"""Jira settings that keep the tool from editing a ticket: screens, priorities, locked statuses."""

from collections.abc import Iterable, Sequence
from typing import Final

from reconciler.model.change import Change
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.observed import Ticket
from reconciler.reconcile.facet import TicketOperation, operation
from reconciler.reconcile.facets.priority import fields_to_set
from reconciler.reconcile.facets.receipt import Remember
from reconciler.reconcile.step import Facts

_REMEDY: Final = (
    "The next run asks again. If it fails again, let the reconciler's account edit issues of the"
    " project."
)


def settings_diagnostic(facts: Facts) -> Diagnostic | None:
    """Why Jira's settings prevent marking or restoring this ticket; None if they do not."""
    want, ticket = facts.desired.jira, facts.ticket
    if is_locked(ticket):
        return None  # the rest does not depend on it
    labelled = want.label in ticket.labels or not want.escalated
    needed = [*([] if labelled else ["labels"]), *fields_to_set(facts)]
    unread = _unread(ticket, needed)
    if unread is not None or not want.escalated:
        return unread
    editable = ticket.editable or frozenset()
    project = facts.desired.desk
    for field in needed:
        if field == "priority" and "labels" in editable and field not in editable:
            return None  # its facet reports that, and everything else can be done
        if field not in editable:
            return Diagnostic(
                f"jira.{'label' if field == 'labels' else field}",
                f"the field {field} can't be edited in project {project}",
                f"Add it to the project's edit screen, and let the reconciler's account edit"
                f" issues of {project}.",
            )
    allowed = ticket.priorities or ()
    if "priority" in needed and want.priority not in {each.name for each in allowed}:
        names = ", ".join(each.name for each in allowed) or "none"
        return Diagnostic(
            "jira.priority",
            f"project {project} has no priority {want.priority!r}; it has: {names}",
            "Set jira.priority in config/policy.yaml to one of these, or add the priority to the"
            " project's priority scheme.",
        )
    return None


def is_locked(ticket: Ticket) -> bool:
    """True if Jira lets no field of the ticket be edited.

    The property `jira.issue.editable` of a status in a workflow does that. Comments can be added.
    https://support.atlassian.com/jira-cloud-administration/docs/use-workflow-properties/
    """
    return ticket.editable is not None and not ticket.editable


def edits_field(change: Change) -> bool:
    """True if it changes a field of the ticket."""
    return isinstance(change.op, TicketOperation) and not isinstance(change.op, Remember)


def locked_diagnostic(facts: Facts, waiting: Sequence[Change]) -> Diagnostic:
    """Why these changes wait."""
    ticket, words = facts.ticket, (operation(each).effect(each, str) for each in waiting)
    what = ", ".join(each for each in words if each) or "its fields"
    return Diagnostic(
        "jira.ticket",
        f"no field of {ticket.key} can be edited in its status {ticket.status}. This waits: {what}",
        f"Move {ticket.key} to another status, or remove the property jira.issue.editable from"
        " this status in the workflow. If no ticket can be edited, let the reconciler's account"
        f" edit issues of {facts.desired.desk}.",
    )


def _unread(ticket: Ticket, fields: Iterable[str]) -> Diagnostic | None:
    """The first of the fields of which Jira does not show whether and to what it can be set."""
    for field in fields:
        facet = f"jira.{'label' if field == 'labels' else field}"
        if ticket.editable is None:
            message = f"Jira does not show which fields of {ticket.key} can be edited"
            return Diagnostic(facet, message, _REMEDY)
        if field == "priority" and field in ticket.editable and ticket.priorities is None:
            message = f"Jira does not show which priorities {ticket.key} can have"
            return Diagnostic(facet, message, _REMEDY)
    return None
