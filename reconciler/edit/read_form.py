"""The forms that GitHub shows to people who write no YAML, and reading what they sent.

A form becomes the text of an issue: each field is a heading, `### Label`, and what was written
below it. Whoever may write to the repository can change that text afterwards, and whoever fills a
field in may paste anything, headings among it.
"""

from collections.abc import Mapping
from typing import Final

from reconciler.edit.form_fields import FORMER, MAY_BE_EMPTY, Form, FormKind, FormProblem
from reconciler.edit.form_verbs import VERBS

LONGEST: Final = 30_000
"""The most characters that a form may have; GitHub's own limit is twice that."""
PREFIX: Final = "escalate-form/"
"""How branches made from forms begin. A ruleset lets only the forms' account change them."""
_HEADING: Final = "### "
_EMPTY: Final = "_No response_"


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
    places = {label: _places(lines, label) for label in VERBS[kind].fields}
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
