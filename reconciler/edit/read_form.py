"""The forms that GitHub shows to people who write no YAML, and reading what they sent.

A form becomes the text of an issue: each field is a heading, `### Label`, and what was written
below it. Whoever may write to the repository can change that text afterwards, and whoever fills a
field in may paste anything, headings among it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from reconciler.model.finding import Loc

LONGEST: Final = 30_000
"""The most characters that a form may have; GitHub's own limit is twice that."""
PREFIX: Final = "escalate-form/"
"""How branches made from forms begin. A ruleset lets only the forms' account change them."""
_HEADING: Final = "### "
_EMPTY: Final = "_No response_"


class FormKind(StrEnum):
    """What a form asks for; its value names the file of the form."""

    ESCALATE = "escalate"
    HANDOVER = "handover"
    RESOLVE = "resolve"

    @property
    def label(self) -> str:
        """The label by which GitHub marks an issue that was made with this form."""
        return LABELS[self]


LABELS: Final = {
    FormKind.ESCALATE: "escalation-form",
    FormKind.HANDOVER: "handover-form",
    FormKind.RESOLVE: "resolve-form",
}
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
TAKES_OVER: Final = "Who takes over"
FROM_WHEN: Final = "When do they take over"
ROOT_CAUSE: Final = "What is the root cause"
MITIGATION: Final = "What was done about the problem"
FOLLOW_UPS: Final = "Tickets for the remaining work"
OWNER: Final = "Who informs the affected customers"
STATE: Final = "State of the message to them"
FIELDS: Final[Mapping[FormKind, tuple[str, ...]]] = {
    FormKind.ESCALATE: (
        *(TICKET, TITLE, LEVEL, WHO, HOW_MANY, SYMPTOM, REASON),
        *(CONTACT, REPORTER, FINDINGS, BLOCKED),
    ),
    FormKind.HANDOVER: (TICKET, TAKES_OVER, FROM_WHEN),
    FormKind.RESOLVE: (TICKET, ROOT_CAUSE, MITIGATION, FOLLOW_UPS, OWNER, STATE),
}
"""The labels of the fields, in the order of the form."""
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


def read_form(kind: FormKind, body: str) -> Form | tuple[FormProblem, ...]:
    """What a form says, or what is wrong with it.

    Only the headings of this form count, each once and in order; any other heading is text. A text
    in which a heading of the form stands a second time is refused rather than guessed at: it could
    give another field a value that nobody wrote there.
    """
    if len(body) > LONGEST:
        count = f"{len(body):,}"
        return (
            FormProblem(
                "",
                f"The form has {count} characters; at most {LONGEST:,} are allowed.",
                "Shorten the form, and put details on the ticket.",
            ),
        )
    # Half of a pair of characters can be sent, and stands in no file.
    text = body.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n")
    lines = text.split("\n")
    places = {label: _places(lines, label) for label in FIELDS[kind]}
    problems = tuple(_ambiguous(places))
    if problems:
        return problems
    starts = [where[0] for where in places.values()]
    if starts != sorted(starts):
        return (_broken("The fields are not in the order of the form."),)
    ends = [*starts[1:], len(lines)]
    values = {
        label: _value(lines[start + 1 : end])
        for label, start, end in zip(places, starts, ends, strict=True)
    }
    missing = [each for each in values if not values[each] and each not in MAY_BE_EMPTY]
    if missing:
        return tuple(
            FormProblem(each, "This field is empty.", "Fill in the field.") for each in missing
        )
    return Form(kind, values)


def _places(lines: list[str], label: str) -> list[int]:
    headings = {f"{_HEADING}{each}" for each in (label, FORMER.get(label, label))}
    return [at for at, line in enumerate(lines) if line.rstrip() in headings]


def _ambiguous(places: Mapping[str, list[int]]) -> list[FormProblem]:
    found = [
        FormProblem(
            label,
            "The form contains this heading more than once, so it is unclear which text "
            "belongs below it.",
            "Delete the second heading from your text, or put a word before it.",
        )
        for label, where in places.items()
        if len(where) > 1
    ]
    gone = [label for label, where in places.items() if not where]
    return [*found, _broken(f"The heading “{gone[0]}” is missing.")] if gone else found


def _broken(what: str) -> FormProblem:
    return FormProblem("", what, "Close this issue and fill in a new form. Keep its headings.")


def _value(lines: list[str]) -> str:
    text = "\n".join(line.rstrip() for line in lines).strip()
    return "" if text == _EMPTY else text
