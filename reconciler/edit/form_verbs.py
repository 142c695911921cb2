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
    does: str
    """What it does, after the name of the form or the command."""
    done: str
    """How a pull request says that it was made."""
    fields: tuple[str, ...]
    """The labels of the form's fields, in the order of the form."""
    permit: Callable[[FormRequest], None]
    edit: Callable[[FormRequest], FormEdit]
    begins: bool = False
    """True if it begins an escalation, and needs none that is open."""
    follows: bool = False
    """True if it needs an escalation that is resolved."""
    command: str = ""
    """The word that asks for it in a comment, after a slash; empty if a comment cannot."""
    argument: str = ""
    """What the text after the word is called in the help."""
    asks: str = ""
    """The label of the field that the text after the word fills in."""

    @property
    def purpose(self) -> str:
        """What the label says about itself."""
        return f"A form that {self.does}"


VERBS: Final[Mapping[FormKind, FormVerb]] = {
    FormKind.ESCALATE: FormVerb(
        "escalation-form",
        "escalates a ticket",
        "Escalated",
        (f.TICKET, f.TITLE, *_EPISODE, f.REPORTER, f.FINDINGS, f.BLOCKED),
        permissions.permit_escalating,
        edits.escalate,
        begins=True,
    ),
    FormKind.ASSIGN: FormVerb(
        "assign-form",
        "assigns an engineer",
        "Assigned",
        (f.TICKET, f.ENGINEER),
        permissions.permit_assigning,
        edits.assign,
        command="assign",
        argument="HANDLE",
        asks=f.ENGINEER,
    ),
    FormKind.HANDOVER: FormVerb(
        "handover-form",
        "names another contact",
        "Handed over",
        (f.TICKET, f.TAKES_OVER, f.FROM_WHEN),
        permissions.permit_handing_over,
        edits.hand_over,
        command="contact",
        argument="HANDLE",
        asks=f.TAKES_OVER,
    ),
    FormKind.UPDATE: FormVerb(
        "update-form",
        "adds an update",
        "Updated",
        (f.TICKET, f.NEWS),
        permissions.permit_working,
        edits.update,
        command="update",
        argument="TEXT",
        asks=f.NEWS,
    ),
    FormKind.ASSESS: FormVerb(
        "assess-form",
        "gives an assessment",
        "Assessed",
        (f.TICKET, f.ASSESSMENT),
        permissions.permit_working,
        edits.assess,
        command="assess",
        argument="TEXT",
        asks=f.ASSESSMENT,
    ),
    FormKind.RESOLVE: FormVerb(
        "resolve-form",
        "resolves an escalation",
        "Resolved",
        (f.TICKET, f.ROOT_CAUSE, f.MITIGATION, f.FOLLOW_UPS, f.OWNER, f.STATE),
        permissions.permit_resolving,
        edits.resolve,
    ),
    FormKind.WITHDRAW: FormVerb(
        "withdraw-form",
        "withdraws an escalation",
        "Withdrawn",
        (f.TICKET, f.NOT_NEEDED),
        permissions.permit_withdrawing,
        edits.withdraw,
        command="withdraw",
        argument="REASON",
        asks=f.NOT_NEEDED,
    ),
    FormKind.REOPEN: FormVerb(
        "reopen-form",
        "escalates a ticket again",
        "Escalated again",
        (f.TICKET, *_EPISODE),
        permissions.permit_escalating,
        edits.reopen,
        begins=True,
    ),
    FormKind.COMMUNICATE: FormVerb(
        "communicate-form",
        "records the state of the message to the affected customers",
        "Recorded",
        (f.TICKET, f.STATE),
        permissions.permit_communicating,
        edits.communicate,
        follows=True,
        command="customers",
        argument="STATE",
        asks=f.STATE,
    ),
}
