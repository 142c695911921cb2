"""A question with several answers: a list in which the user marks some."""

from collections.abc import Mapping
from typing import Final

from reconciler.cli.answer_drafts import AnswerDraft
from reconciler.cli.blanks import Blank
from reconciler.cli.prompts import fill, interruptible, plain_lines
from reconciler.render.escape import terminal

_ALL: Final = "all"
_NONE: Final = "none"


def choose(question: str, choices: Mapping[str, str]) -> list[str]:
    """Those of the choices that the user marks: space marks one, Return ends.

    On plain lines, the user writes their keys.
    """
    if plain_lines():
        words = f"{question} Write them with commas between them, or: {_ALL}, {_NONE}."
        blank = Blank("", words, choices, closed=False, problem=lambda text: _other(text, choices))
        return _listed(fill({}, [blank], AnswerDraft())[""], choices)
    import questionary  # noqa: PLC0415 - takes a quarter of a second, and only people need it

    rows = [questionary.Choice(terminal(word), value=key) for key, word in choices.items()]
    prompt = questionary.checkbox(terminal(question), choices=rows)
    return [str(each) for each in interruptible(prompt.unsafe_ask)]


def _listed(text: str, choices: Mapping[str, str]) -> list[str]:
    whole: dict[str, list[str]] = {_ALL: list(choices), _NONE: []}
    return whole.get(text, [each for part in text.split(",") if (each := part.strip())])


def _other(text: str, choices: Mapping[str, str]) -> str:
    """Why a list cannot be; empty if it can."""
    other = next((each for each in _listed(text, choices) if each not in choices), None)
    return "" if other is None else f"{other} is none of the choices."
