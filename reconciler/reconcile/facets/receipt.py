"""The receipt itself, where it is written without another change."""

from reconciler.model.observed import Ticket
from reconciler.reconcile.facet import ReadBack, TicketOperation


class Remember(TicketOperation):
    """Write only the receipt: Jira and Slack are as declared, and the receipt is outdated."""

    do: str = "remember"
    field = "receipt"

    def confirmed_on(self, ticket: Ticket, seen: ReadBack) -> bool:
        return ticket.receipt == seen.receipt and not ticket.former_key
