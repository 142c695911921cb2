"""The words for what a model refuses: rule, message, remedy."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, NamedTuple

from reconciler.load.characters import visible
from reconciler.load.did_you_mean import did_you_mean, listed
from reconciler.load.shape import Expected, expected
from reconciler.model.base import (
    DESK_PATTERN,
    HANDLE_PATTERN,
    LINE_PATTERN,
    PROSE_PATTERN,
    TICKET_PATTERN,
    Model,
)
from reconciler.model.finding import Loc

Words = tuple[str, str, str]


class ExpectedFormat(NamedTuple):
    """What a text must look like: its name, and how to write one."""

    name: str
    remedy: str


_FORMS = {
    HANDLE_PATTERN: ExpectedFormat(
        "a handle",
        "Write lower-case letters, digits and single hyphens, such as maria-lopez.",
    ),
    TICKET_PATTERN: ExpectedFormat("a ticket key", "Write a key such as DS-1234."),
    DESK_PATTERN: ExpectedFormat("the key of a Jira project", "Write a key such as DS."),
}
_TEXTS = frozenset({LINE_PATTERN, PROSE_PATTERN})
_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "true or false"),
    (str, "text"),
    (int, "a number"),
    (list, "a list"),
    (dict, "keys with values"),
)
_CORRECT_KEY = "Correct the key here and in each file that uses it."
_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "keys with values",
    "model_type": "keys with values",
    "model_attributes_type": "keys with values",
    "datetime_type": "a date and time",
}


@dataclass(frozen=True)
class Refusal:
    """One error of pydantic, with the place and the value that it is about."""

    model: type[Model]
    error: dict[str, Any]
    loc: Loc
    value: object
    siblings: Collection[str]
    """The keys around it."""

    @property
    def name(self) -> str:
        """The place in words."""
        return name_of(self.loc)

    @property
    def key(self) -> str | None:
        """The key that is refused; None if a value is refused."""
        return str(self.loc[-1]) if self.error["loc"][-1:] == ("[key]",) else None

    @property
    def want(self) -> Expected:
        """What belongs there."""
        return expected(self.model, self.loc)

    @property
    def parent(self) -> Expected:
        """What belongs in the mapping around it."""
        return expected(self.model, self.loc[:-1])


def name_of(loc: Loc) -> str:
    """The place in words: reporter.person, updates[2].text."""
    text = ""
    for part in loc:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return visible(text[:80]) or "The file"


def words(case: Refusal) -> Words:
    """Rule, message and remedy for an error."""
    if case.loc[-1:] == ("follow_ups",):
        return _follow_ups(case)
    kind = case.error["type"]
    if case.value is None and kind not in {"missing", "extra_forbidden"}:
        return (
            "empty-value",
            f"{case.name} has no value.",
            _with_meaning("Write a value.", case),
        )
    handler = _HANDLERS.get(kind)
    if handler is not None:
        return handler(case)
    return _other(case)


def _with_meaning(remedy: str, case: Refusal) -> str:
    """A remedy, with what the value is for."""
    meaning = case.want.description
    return f"{remedy} {case.loc[-1]}: {meaning}" if meaning else remedy


def _follow_ups(case: Refusal) -> Words:
    if case.value is None or case.value == []:
        rule = "empty-value"
    elif isinstance(case.value, list):
        rule = "bad-form"
    else:
        rule = "wrong-type"
    return (
        rule,
        f"{case.name} must be a list of tickets, or the word none.",
        "Write for example [PAY-641, PAY-655]. If no work remains, write none without brackets.",
    )


def _missing(case: Refusal) -> Words:
    return ("missing-key", f"{case.name} is missing.", _with_meaning("Add it.", case))


def _unknown(case: Refusal) -> Words:
    free = [key for key in case.parent.keys if key not in case.siblings]
    guess = did_you_mean(str(case.loc[-1]), free or case.parent.keys)
    known = f"Allowed keys: {listed(free, 'and')}." if free else "Delete it."
    return (
        "unknown-key",
        f"{case.name} is not an allowed key.",
        guess.strip() or known,
    )


def _wrong_type(case: Refusal) -> Words:
    is_ = next((words for kind, words in _KINDS if isinstance(case.value, kind)), "something else")
    wanted = _WANTED[case.error["type"]]
    quote = wanted == "text" and isinstance(case.value, int)
    return (
        "wrong-type",
        f"{case.name} must be {wanted}, but is {is_}.",
        "Put the value in quotes." if quote else _with_meaning(f"Write {wanted}.", case),
    )


def _form(case: Refusal) -> Words:
    pattern = case.error["ctx"]["pattern"]
    if not str(case.value).strip():
        return _empty(case)
    if pattern in _TEXTS:
        return ("bad-form", f"{case.name} must be one line.", "Write the text in one line.")
    form = _FORMS.get(pattern)
    shown = visible(str(case.value if case.key is None else case.key)[:40])
    remedy = form.remedy if form else f"Write it in the form {pattern}."
    return (
        "bad-form",
        f"{shown} is not {form.name}." if form else f"{shown} is not a valid {case.loc[-1]}.",
        _with_meaning(remedy, case) if case.key is None else f"{remedy} {_CORRECT_KEY}",
    )


def _long(case: Refusal) -> Words:
    most = case.error["ctx"]["max_length"]
    text = str(case.value) if case.key is None else case.key
    name = case.name if case.key is None else f"The key {visible(case.key[:60])}"
    more = " Put details on the ticket." if case.want.pattern in _TEXTS else ""
    return (
        "too-long",
        f"{name} has {len(text):,} characters; at most {most:,} are allowed.",
        _CORRECT_KEY if case.key else f"Shorten it to {most:,} characters.{more}",
    )


def _empty(case: Refusal) -> Words:
    return (
        "empty-value",
        f"{case.name} is empty.",
        _with_meaning("Write a value.", case),
    )


def _choice(case: Refusal) -> Words:
    choices = case.want.choices or tuple(
        str(case.error["ctx"]["expected"]).replace("'", "").split(" or ")
    )
    return (
        "unknown-choice",
        f"{visible(str(case.value)[:40])} is not a choice for {case.name}.",
        f"{did_you_mean(str(case.value), choices)}Write {listed(choices)}.",
    )


def _small(case: Refusal) -> Words:
    least = case.error["ctx"]["ge"]
    return (
        "number-too-small",
        f"{case.name} is {case.value}; it must be at least {least}.",
        f"Write {least} or more.",
    )


def _time(case: Refusal) -> Words:
    return (
        "bad-time",
        f"{visible(str(case.value)[:40])} is not a date and time.",
        "Write date, time and offset from UTC, such as 2026-11-20T14:05:00-05:00.",
    )


def _other(case: Refusal) -> Words:
    """What a validator of a model refuses: its message is written for people."""
    if case.loc[-1:] == ("at",):
        return _time(case)
    reason = str(case.error.get("ctx", {}).get("error") or case.error["msg"])
    return (
        "bad-form",
        visible(f"{case.name}: {reason}."),
        _with_meaning("Correct the value.", case),
    )


_HANDLERS: dict[str, Callable[[Refusal], Words]] = {
    "missing": _missing,
    "extra_forbidden": _unknown,
    "string_pattern_mismatch": _form,
    "string_too_long": _long,
    "string_too_short": _empty,
    "too_short": _empty,
    "enum": _choice,
    "literal_error": _choice,
    "greater_than_equal": _small,
    "datetime_parsing": _time,
    "datetime_from_date_parsing": _time,
    "datetime_object_invalid": _time,
    "timezone_aware": _time,
    **dict.fromkeys(_WANTED, _wrong_type),
}
