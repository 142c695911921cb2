"""The forms' fields, and what a filled-in form is."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from reconciler.model.finding import Loc

TICKET: Final = "Ticket"
TITLE: Final = "What is wrong, in one line"
LEVEL: Final = "How severe is the impact"
WHO: Final = "Who is affected"
HOW_MANY: Final = "About how many"
SYMPTOM: Final = "What do the affected people see"
REASON: Final = "Why can it not wait"
CONTACT: Final = "Who is the contact"
REPORTER: Final = "Who reported the problem"
FINDINGS: Final = "What did the reporter find out"
BLOCKED: Final = "Why can the reporter not continue without Dev Support"
ENGINEER: Final = "Who works on the ticket"
TAKES_OVER: Final = "Who takes over"
FROM_WHEN: Final = "When do they take over"
NEWS: Final = "What is new"
ASSESSMENT: Final = "What do you think is wrong"
ROOT_CAUSE: Final = "What is the root cause"
MITIGATION: Final = "What was done about the problem"
FOLLOW_UPS: Final = "Tickets for the remaining work"
OWNER: Final = "Who informs the affected customers"
STATE: Final = "State of the message to them"
NOT_NEEDED: Final = "Why is an escalation no longer needed"
FORMER: Final[Mapping[str, str]] = {
    LEVEL: "How bad is it",
    SYMPTOM: "What do they see",
    REPORTER: "Who reported it",
    BLOCKED: "Why can they not go on without Dev Support",
    FROM_WHEN: "From when on",
    ROOT_CAUSE: "Why did it happen",
    MITIGATION: "What was done about it",
    FOLLOW_UPS: "Tickets for what remains",
    OWNER: "Who tells the affected",
    STATE: "How far is that message",
}
"""Earlier labels of fields: repositories keep the form files of the version that wrote them."""
MAY_BE_EMPTY: Final = frozenset({FROM_WHEN, FOLLOW_UPS})


class FormKind(StrEnum):
    """What a form asks for; its value names the file of the form."""

    ESCALATE = "escalate"
    ASSIGN = "assign"
    HANDOVER = "handover"
    UPDATE = "update"
    ASSESS = "assess"
    RESOLVE = "resolve"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"
    COMMUNICATE = "communicate"


Fields: TypeAlias = Mapping[str, Loc]
"""Where in a file the values of fields stand, by the fields' labels."""


@dataclass(frozen=True)
class FormProblem:
    """What keeps a form from becoming an edit, in plain words."""

    field: str
    """The label of the field; empty when it is about all of the form."""
    what: str
    remedy: str


@dataclass(frozen=True)
class Form:
    """What somebody wrote into a form."""

    kind: FormKind
    values: Mapping[str, str]
    """By the fields' labels; empty where nothing was written."""
