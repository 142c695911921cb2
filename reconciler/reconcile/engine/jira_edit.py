"""The one edit of a ticket: everything that waits for it, and the receipt."""

from typing import Final

from reconciler.model.change import Change
from reconciler.model.observed import Ticket
from reconciler.model.receipt import Receipt
from reconciler.model.receipt_form import LONGEST, fits
from reconciler.reconcile.engine.outcomes import RECEIPT
from reconciler.reconcile.engine.work import Work
from reconciler.reconcile.facet import TicketOperation
from reconciler.services.errors import ServiceError
from reconciler.services.jira.gateway import NotRememberedError

_NO_RECEIPT: Final = f"without the receipt, which would be longer than {LONGEST} characters"


def send_edit(work: Work, ticket: Ticket) -> None:
    """Send the edit, and the receipt if it differs from that on the ticket.

    Jira refuses an edit as a whole. A refused field is reported and left out, and the rest is sent
    again.
    """
    while True:
        receipt = _receipt(work)
        known = _is_stored(ticket, receipt)
        if work.edit.empty and (known or not fits(receipt)):
            break
        try:
            _send(work, receipt)
        except NotRememberedError as missing:
            work.failed(RECEIPT, missing.error)
        except ServiceError as error:
            if _drop(work, error):
                continue
            for change in work.edited_by.values() or [RECEIPT]:
                work.failed(change, error)
            return
        break
    answer = "" if fits(receipt) else _NO_RECEIPT
    for change in work.edited_by.values():
        work.done(change, answer)


def _is_stored(ticket: Ticket, receipt: Receipt) -> bool:
    """True if the ticket has this receipt under the present key, or needs none yet."""
    if ticket.lost_receipt is not None or ticket.former_key:
        return False
    nothing = Receipt(ticket=receipt.ticket, counter=receipt.counter)
    return receipt == (ticket.receipt or nothing)


def _send(work: Work, receipt: Receipt) -> None:
    if work.edit.empty:
        work.jira.remember(work.ticket, receipt)
        return
    # The first receipt holds only what must not be lost if the run fails between the two.
    before = work.receipt.model_copy(update={"priority": receipt.priority})
    # Label and priority do not depend on what Jira would refuse.
    work.jira.edit(
        work.ticket,
        work.edit,
        before if fits(before) else None,
        receipt if fits(receipt) else None,
    )


def _drop(work: Work, error: ServiceError) -> bool:
    """Remove the refused fields from the edit; False if the error names no field of it."""
    refused = {
        key: name for key in work.edited_by if (name := key.partition(" ")[0]) in error.fields
    }
    for key, name in refused.items():
        change = work.edited_by.pop(key)
        work.refused(change, f"{name}: {error.fields[name]}", _operation(change).remedy)
        work.edit = work.edit.without(name)
    return bool(refused)


def _receipt(work: Work) -> Receipt:
    """The receipt as it will be when the edit has taken effect."""
    receipt = work.receipt
    for change in work.edited_by.values():
        receipt = receipt.model_copy(update=dict(_operation(change).remembered(receipt)))
    return receipt


def _operation(change: Change) -> TicketOperation:
    op = change.op
    if not isinstance(op, TicketOperation):
        raise TypeError(f"{op.do} does not wait for the ticket's edit")
    return op
