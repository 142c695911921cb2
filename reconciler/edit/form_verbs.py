"""Everything that a form can ask for. Another verb is one more entry here, and its form's file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from reconciler.edit import form_edits as edits
from reconciler.edit import form_fields as f
from reconciler.edit import form_permissions as permissions
from reconciler.edit.form_fields import FormKind
from reconciler.edit.form_requests import FormEdit, FormRequest

_EPISODE: Final = (f.LEVEL, f.WHO, f.HOW_MANY, f.SYMPTOM, f.REASON, f.CONTACT)


@dataclass(frozen=True)
class FormVerb:
    """One thing that people can ask for."""

    label: str
    """By it, GitHub marks an issue that was made with this form."""
    purpose: str
    """What the label says about itself."""
    done: str
    """How a pull request says that it was made."""
    fields: tuple[str, ...]
    """The labels of the form's fields, in the order of the form."""
    permit: Callable[[FormRequest], None]
    edit: Callable[[FormRequest], FormEdit]
    begins: bool = False
    """True if it begins an escalation, and needs none that is open."""


VERBS: Final[Mapping[FormKind, FormVerb]] = {
    FormKind.ESCALATE: FormVerb(
        "escalation-form",
        "A form that escalates a ticket",
        "Escalated",
        (f.TICKET, f.TITLE, *_EPISODE, f.REPORTER, f.FINDINGS, f.BLOCKED),
        permissions.permit_escalating,
        edits.escalate,
        begins=True,
    ),
    FormKind.ASSIGN: FormVerb(
        "assign-form",
        "A form that assigns an engineer",
        "Assigned",
        (f.TICKET, f.ENGINEER),
        permissions.permit_assigning,
        edits.assign,
    ),
    FormKind.HANDOVER: FormVerb(
        "handover-form",
        "A form that names another contact",
        "Handed over",
        (f.TICKET, f.TAKES_OVER, f.FROM_WHEN),
        permissions.permit_handing_over,
        edits.hand_over,
    ),
    FormKind.UPDATE: FormVerb(
        "update-form",
        "A form that adds an update",
        "Updated",
        (f.TICKET, f.NEWS),
        permissions.permit_working,
        edits.update,
    ),
    FormKind.ASSESS: FormVerb(
        "assess-form",
        "A form that gives an assessment",
        "Assessed",
        (f.TICKET, f.ASSESSMENT),
        permissions.permit_working,
        edits.assess,
    ),
    FormKind.RESOLVE: FormVerb(
        "resolve-form",
        "A form that resolves an escalation",
        "Resolved",
        (f.TICKET, f.ROOT_CAUSE, f.MITIGATION, f.FOLLOW_UPS, f.OWNER, f.STATE),
        permissions.permit_resolving,
        edits.resolve,
    ),
    FormKind.WITHDRAW: FormVerb(
        "withdraw-form",
        "A form that withdraws an escalation",
        "Withdrawn",
        (f.TICKET, f.NOT_NEEDED),
        permissions.permit_withdrawing,
        edits.withdraw,
    ),
    FormKind.REOPEN: FormVerb(
        "reopen-form",
        "A form that escalates a ticket again",
        "Escalated again",
        (f.TICKET, *_EPISODE),
        permissions.permit_escalating,
        edits.reopen,
        begins=True,
    ),
}
