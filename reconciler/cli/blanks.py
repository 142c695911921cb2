"""What is asked: a question, what can be answered, and what an answer stands for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from shutil import get_terminal_size
from textwrap import wrap
from typing import Final

from reconciler.load.did_you_mean import did_you_mean, listed
from reconciler.render.escape import shortened, terminal

BACK: Final = "<"
"""The answer that goes back to the question before."""
_FEW: Final = 15
"""Choices that are shown with a line each. More are shown in columns, by their keys and names."""
_MANY: Final = 400
"""More choices than these are counted only."""
_LINES: Final = 8
"""Lines of keys that are shown at most."""


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
    stand_in: str = "Not answered yet."
    """What stands for the answer while others are checked."""
    meaning: Callable[[str], str] = lambda text: text
    """What an answer stands for, such as the key in the address of a ticket."""
    problem: Callable[[str], str] = lambda _: ""
    """Why an answer can't be, and what to write instead; empty if it can."""
    suggest: Callable[[Mapping[str, str]], str] | None = None
    """A default that follows from the answers before."""
    hidden: bool = False
    """Whether nothing is shown of what is typed."""
    called: Callable[[str], Sequence[str]] = lambda _: ()
    """Handles of the people who are called so, whether they are among the choices or not."""


def meant(blank: Blank, text: str) -> str:
    """What an answer stands for: the choice itself, or the only one of that name."""
    text = blank.meaning(text.strip())
    if not blank.choices or text in blank.choices:
        return text
    named = namesakes(blank, text)
    if len(named) == 1:
        return named[0]
    others = blank.called(text)
    return others[0] if not named and len(others) == 1 else text


def reason(blank: Blank, text: str) -> str:
    """Why an answer can't be; empty if it can."""
    text = meant(blank, text)
    if blank.choices and blank.closed and text not in blank.choices:
        return _none_of(blank, text)
    if not text or not blank.valid(text):
        return blank.hint
    return blank.problem(text)


def namesakes(blank: Blank, text: str) -> list[str]:
    """The choices that a text names."""
    wanted = " ".join(text.casefold().split())
    called = blank.called(text)
    return [
        key
        for key, word in blank.choices.items()
        if wanted in {key.casefold(), _name(word)} or key in called
    ]


def _name(word: str) -> str:
    """The name at the beginning of what stands beside a choice."""
    return " ".join(word.partition(",")[0].casefold().split())


def _shown_name(word: str) -> str:
    return word.partition(",")[0]


def _none_of(blank: Blank, text: str) -> str:
    """What to answer instead, in the one line that there is for it."""
    choices = blank.choices
    if named := namesakes(blank, text):
        return f"Several people have this name. Write one of: {', '.join(named)}"
    wanted = set(text.casefold().split())
    alike = [key for key, word in choices.items() if wanted & set(_name(word).split())]
    if alike:
        shown = (f"{each} ({_shown_name(choices[each])})" for each in alike[:_LINES])
        return f"Did you mean {listed(shown)}?"
    if len(choices) <= _FEW:
        return f"One of: {', '.join(choices)}"
    return f"{did_you_mean(text, choices)}Write one of the choices."


def choice_lines(blank: Blank) -> list[str]:
    """The choices as lines of the terminal's width."""
    width = get_terminal_size().columns
    choices = blank.choices
    if len(choices) <= _FEW:
        longest = max(map(len, choices), default=0)
        rows = [f"  {key:{longest}}  {word}".rstrip() for key, word in choices.items()]
        return [shortened(terminal(row), width) for row in rows]
    if len(choices) > _MANY:
        return [f"  There are {len(choices)} choices. Write a part of one."]
    cells = [terminal(f"{key} {_shown_name(word)}".rstrip()) for key, word in choices.items()]
    longest = min(max(map(len, cells)), width - 2)
    columns = max(1, width // (longest + 2))
    shown = [f"{shortened(each, longest):{longest}}" for each in cells[: columns * _LINES]]
    rows = ["  ".join(shown[at : at + columns]) for at in range(0, len(shown), columns)]
    more = len(cells) - len(shown)
    also = [f"and {more} more. Write a part of one."] if more else []
    return [f"  {row}".rstrip() for row in (*rows, *also)]


def problem_lines(text: str) -> list[str]:
    """Why an answer can't be, as lines of the terminal's width."""
    width = max(40, get_terminal_size().columns - 1)
    return wrap(terminal(text), width, initial_indent="  \u2717 ", subsequent_indent="    ")
