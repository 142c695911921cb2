"""Asking for what is missing, in a terminal; elsewhere, saying all that is missing at once."""

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import click

from reconciler.cli.extras import install, is_installed
from reconciler.load.did_you_mean import did_you_mean
from reconciler.render.escape import terminal

_FEW: Final = 6
"""Choices that fit into a line."""


@dataclass(frozen=True)
class Blank:
    """Something that must be known, and how to ask for it."""

    option: str
    """The option or argument that gives it."""
    question: str
    choices: Mapping[str, str] = field(default_factory=dict)
    """What can be answered, each with a word on it; anything when there are none."""
    default: str = ""
    editable: bool = False
    """Whether the default is there to be edited; else it stands in brackets, for no answer."""
    assumed: bool = False
    """Whether the default is taken where nobody is there to be asked."""
    closed: bool = True
    """Whether only the choices can be answered."""
    valid: Callable[[str], bool] = lambda _: True
    hint: str = "Please write a text."


def fill(given: Mapping[str, str | None], blanks: Iterable[Blank]) -> dict[str, str]:
    """What was given, with the answers to what was not.

    Raises UsageError when something is missing and there is nobody to ask.
    """
    known = {name: value for name, value in given.items() if value is not None}
    blanks = list(blanks)
    if not asking():
        assumed = {each.option: each.default for each in blanks if each.assumed and each.default}
        known = assumed | known
    missing = [each for each in blanks if each.option not in known]
    if not missing:
        return known
    names = ", ".join(each.option for each in missing)
    if not asking():
        raise click.UsageError(
            f"Missing: {names}. Give them, or run the command in a terminal, where it asks "
            "for them."
        )
    if not is_installed("prompts"):
        raise click.UsageError(
            f"Missing: {names}. Give them. If the command should ask for them, run: "
            f"{install('prompts')}"
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


def choose(question: str, choices: Mapping[str, str]) -> list[str]:
    """Those of the choices that somebody marks: space marks one, Return ends."""
    import questionary  # noqa: PLC0415 - as below

    rows = [questionary.Choice(terminal(word), value=key) for key, word in choices.items()]
    prompt = questionary.checkbox(terminal(question), choices=rows)
    return [str(each) for each in prompt.unsafe_ask()]


def _ask(blank: Blank) -> str:
    import questionary  # noqa: PLC0415 - takes a quarter of a second, and only people need it

    there = blank.default if blank.editable else ""
    offered = f" [{blank.default}]" if blank.default and not there else ""
    question = terminal(f"{blank.question}{offered}")
    prompt: Any
    if not blank.choices:
        prompt = questionary.text(
            question, default=there, validate=lambda text: _checked(blank, text)
        )
    else:
        prompt = questionary.autocomplete(
            question,
            choices=list(blank.choices),
            meta_information={key: terminal(word) for key, word in blank.choices.items()},
            match_middle=True,
            validate=lambda text: _checked(blank, text),
        )
    return str(prompt.unsafe_ask()).strip() or blank.default


def _checked(blank: Blank, text: str) -> bool | str:
    text = text.strip() or ("" if blank.editable else blank.default)
    if blank.choices and blank.closed and text not in blank.choices:
        return _none_of(blank.choices, text)
    return True if text and blank.valid(text) else blank.hint


def _none_of(choices: Mapping[str, str], text: str) -> str:
    """What to answer instead, in the one line that there is for it."""
    if len(choices) <= _FEW:
        return f"One of: {', '.join(choices)}"
    return f"{did_you_mean(text, choices)}Press Tab to see the choices."
