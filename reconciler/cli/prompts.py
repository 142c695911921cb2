"""Asking for what is missing, in a terminal; elsewhere, saying all that is missing at once."""

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import click

from reconciler.render.escape import terminal


@dataclass(frozen=True)
class Blank:
    """Something that must be known, and how to ask for it."""

    option: str
    """The option or argument that gives it."""
    question: str
    choices: Mapping[str, str] = field(default_factory=dict)
    """What can be answered, each with a word on it; anything when there are none."""
    default: str = ""
    closed: bool = True
    """Whether only the choices can be answered."""
    valid: Callable[[str], bool] = lambda _: True
    hint: str = "Please write something."


def fill(given: Mapping[str, str | None], blanks: Iterable[Blank]) -> dict[str, str]:
    """What was given, with the answers to what was not.

    Raises UsageError when something is missing and there is nobody to ask.
    """
    known = {name: value for name, value in given.items() if value is not None}
    missing = [each for each in blanks if each.option not in known]
    if not missing:
        return known
    if not asking():
        names = ", ".join(each.option for each in missing)
        raise click.UsageError(
            f"Missing: {names}. Give them, or run this in a terminal to be asked."
        )
    for each in missing:
        known[each.option] = _ask(each)
    return known


def asking() -> bool:
    """Whether somebody is there to be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def confirm(question: str) -> bool:
    """Yes or no."""
    return click.confirm(question, default=True)


def _ask(blank: Blank) -> str:
    import questionary  # noqa: PLC0415 - takes a quarter of a second, and only people need it

    question = terminal(blank.question)
    prompt: Any
    if not blank.choices:
        prompt = questionary.text(
            question, default=blank.default, validate=lambda text: _checked(blank, text)
        )
    else:
        prompt = questionary.autocomplete(
            question,
            choices=list(blank.choices),
            meta_information={key: terminal(word) for key, word in blank.choices.items()},
            default=blank.default,
            match_middle=True,
            validate=lambda text: _checked(blank, text),
        )
    return str(prompt.unsafe_ask()).strip()


def _checked(blank: Blank, text: str) -> bool | str:
    text = text.strip()
    if blank.choices and blank.closed and text not in blank.choices:
        return f"One of: {', '.join(blank.choices)}"
    return True if text and blank.valid(text) else blank.hint
