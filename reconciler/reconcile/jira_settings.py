"""What of Jira's settings keeps a ticket from being marked as escalated, or from being set back."""

from collections.abc import Iterable
from typing import Final

from reconciler.model.observed import Ticket
from reconciler.model.trouble import Trouble

_CURE: Final = (
    "The next run asks again. If it stays so, let the reconciler's account edit issues of the"
    " project."
)


def unread_settings(ticket: Ticket, fields: Iterable[str]) -> Trouble | None:
    """The first of the fields of which Jira does not show whether and to what it can be set."""
    for field in fields:
        facet = f"jira.{'label' if field == 'labels' else field}"
        if ticket.editable is None:
            told = f"Jira does not show which fields of {ticket.key} can be edited"
            return Trouble(facet, told, _CURE)
        if field == "priority" and field in ticket.editable and ticket.priorities is None:
            told = f"Jira does not show which priorities {ticket.key} can have"
            return Trouble(facet, told, _CURE)
    return None
