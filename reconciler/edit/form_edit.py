"""What a form asks for as an edit of a file, in the name of the person who sent it."""

from datetime import datetime

from reconciler.edit.form_fields import TICKET, Form, FormProblem
from reconciler.edit.form_requests import FormEdit, FormRequest
from reconciler.edit.form_verbs import VERBS
from reconciler.edit.parse_fields import UnclearError
from reconciler.load.ticket_address import TicketAddressError, is_key, ticket_key
from reconciler.model.phase import phase
from reconciler.model.snapshot import Snapshot


def edit_from_form(
    form: Form, person: str, snapshot: Snapshot, at: datetime
) -> FormEdit | FormProblem:
    """The edit, or what keeps it from being made.

    `person` is the handle of whoever sent the form, which no field can say; `at` is when that was.
    Raises EditRefusedError.
    """
    try:
        return _edit(form, person, snapshot, at)
    except UnclearError as unclear:
        return unclear.problem


def _edit(form: Form, person: str, snapshot: Snapshot, at: datetime) -> FormEdit:
    ticket = _ticket(form.values[TICKET])
    entry = next((each for each in snapshot.entries if each.escalation.ticket == ticket), None)
    verb = VERBS[form.kind]
    request = FormRequest(ticket, form.values, person, snapshot, at, entry)
    if verb.follows:
        _require_resolved(request)
    elif not verb.begins:
        _require_open(request)
    verb.permit(request)
    return verb.edit(request)


def _ticket(text: str) -> str:
    """The key of the ticket, also from its address. Raises UnclearError."""
    try:
        key = ticket_key(text)
    except TicketAddressError as error:
        raise UnclearError(
            TICKET, "This is not the address of a ticket.", "Write the key, such as DS-1234."
        ) from error
    if not is_key(key):
        raise UnclearError(
            TICKET, "This is not the key of a ticket.", "Write the key, such as DS-1234."
        )
    return key


def _require_open(request: FormRequest) -> None:
    """Raise UnclearError if the ticket has no escalation, or one that has ended."""
    if request.entry is None:
        raise UnclearError(
            TICKET,
            f"{request.ticket} is not escalated.",
            "Correct the key, or escalate the ticket first.",
        )
    state = phase(request.entry.escalation)
    if state.ended:
        raise UnclearError(
            TICKET,
            f"The escalation of {request.ticket} has ended: it is {state}.",
            "Correct the key, or escalate the ticket again.",
        )


def _require_resolved(request: FormRequest) -> None:
    """Raise UnclearError if the ticket has no escalation that is resolved."""
    entry = request.entry
    if entry is None or entry.escalation.current.resolution is None:
        raise UnclearError(
            TICKET,
            f"The escalation of {request.ticket} is not resolved.",
            "Correct the key. The state of the message can change after the resolution.",
        )
