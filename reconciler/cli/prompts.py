"""Asking for what is missing, in a terminal; elsewhere, saying all that is missing at once."""

import shlex
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import click

from reconciler.cli.extras import install, is_installed
from reconciler.load.did_you_mean import did_you_mean, listed
from reconciler.render.escape import terminal

_FEW: Final = 6
"""Choices that are shown above their question; of more, how to see them."""
_ANSWERS: Final = "escalate.answers"
"""Where the answers of a command are kept, so that nobody has to give them twice."""
_NOTHING: Final = "Nothing was written or changed."


class QuestionsInterruptedError(click.Abort):
    """Somebody ended the questions, for example with Ctrl-C."""


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


def fill(given: Mapping[str, str | None], blanks: Iterable[Blank]) -> dict[str, str]:
    """What was given, with the answers to what was not.

    Raises UsageError when something is missing and there is nobody to ask, and
    QuestionsInterruptedError when somebody ends the questions.
    """
    blanks = list(blanks)
    known = {name: value for name, value in given.items() if value is not None}
    known |= {
        each.option: meant(each, known[each.option]) for each in blanks if each.option in known
    }
    for each in blanks:
        text = known.get(each.option)
        if text and text not in each.choices and len(_named(each, text)) > 1 and not asking():
            raise click.UsageError(f"{each.option}: {_none_of(each, text)}")
    if not asking():
        assumed = {each.option: each.default for each in blanks if each.assumed and each.default}
        known = assumed | known
    missing = [each for each in blanks if each.option not in known]
    _keep(blanks, known)
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
    for number, each in enumerate(missing, start=1):
        count = f"[{number} of {len(missing)}] " if len(missing) > 1 else ""
        blank = each if each.suggest is None else replace(each, default=each.suggest(known))
        known[each.option] = _interruptible(lambda: _ask(blank, count))  # noqa: B023 - called at once
        _keep(blanks, known)
    return known


def asking() -> bool:
    """Whether somebody is there to be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def confirm(question: str) -> bool:
    """Yes or no."""
    return bool(_interruptible(lambda: click.confirm(question, default=True)))


def choose(question: str, choices: Mapping[str, str]) -> list[str]:
    """Those of the choices that somebody marks: space marks one, Return ends."""
    import questionary  # noqa: PLC0415 - as below

    rows = [questionary.Choice(terminal(word), value=key) for key, word in choices.items()]
    prompt = questionary.checkbox(terminal(question), choices=rows)
    return [str(each) for each in _interruptible(prompt.unsafe_ask)]


def kept_answers() -> str:
    """The options that give all answers so far; empty without answers of this command."""
    context = click.get_current_context(silent=True)
    answers: Mapping[str, str] = context.meta.get(_ANSWERS, {}) if context else {}
    return " ".join(f"{name} {shlex.quote(text)}" for name, text in answers.items())


def show_kept_answers() -> None:
    """Say how to run the command again without giving the answers again."""
    if words := kept_answers():
        click.echo("To continue with your answers, add them to the command:", err=True)
        click.echo(terminal(f"  {words}"), err=True)


def meant(blank: Blank, text: str) -> str:
    """What an answer stands for: the choice itself, or the only one of that name."""
    text = blank.meaning(text.strip())
    if not blank.choices or text in blank.choices:
        return text
    named = _named(blank, text)
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


def _named(blank: Blank, text: str) -> list[str]:
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


def _keep(blanks: Iterable[Blank], known: Mapping[str, str]) -> None:
    context = click.get_current_context(silent=True)
    if context is not None:
        context.meta[_ANSWERS] = {
            each.option: known[each.option]
            for each in blanks
            if each.option in known and each.option.startswith("--") and not each.hidden
        }


def _interruptible(ask: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the question gives
    try:
        return ask()
    except (KeyboardInterrupt, EOFError, click.Abort) as error:
        click.echo(f"\nescalate: interrupted. {_NOTHING}", err=True)
        show_kept_answers()
        raise QuestionsInterruptedError from error


def _ask(blank: Blank, count: str) -> str:
    import questionary  # noqa: PLC0415 - takes a quarter of a second, and only people need it

    there = blank.default if blank.editable else ""
    offered = f" [{blank.default}]" if blank.default and not there else ""
    question = terminal(f"{count}{blank.question}{offered}")
    prompt: Any
    if blank.hidden:
        prompt = questionary.password(question, validate=lambda text: _checked(blank, text))
    elif not blank.choices:
        prompt = questionary.text(
            question, default=there, validate=lambda text: _checked(blank, text)
        )
    else:
        _show_choices(blank)
        prompt = questionary.autocomplete(
            question,
            choices=list(blank.choices),
            meta_information={key: terminal(word) for key, word in blank.choices.items()},
            match_middle=True,
            validate=lambda text: _checked(blank, text),
        )
    return meant(blank, str(prompt.unsafe_ask()).strip() or blank.default)


def _show_choices(blank: Blank) -> None:
    if len(blank.choices) > _FEW:
        named = ", or a full name" if any(blank.choices.values()) else ""
        click.echo(f"  Tab shows all {len(blank.choices)}. Write one of them{named}.")
        return
    longest = max(map(len, blank.choices))
    for key, word in blank.choices.items():
        click.echo(terminal(f"  {key:{longest}}  {word}".rstrip()))


def _checked(blank: Blank, text: str) -> bool | str:
    text = text.strip() or ("" if blank.editable else blank.default)
    return terminal(reason(blank, text)) or True


def _none_of(blank: Blank, text: str) -> str:
    """What to answer instead, in the one line that there is for it."""
    choices = blank.choices
    namesakes = _named(blank, text)
    if namesakes:
        return f"Several people have this name. Write one of: {', '.join(namesakes)}"
    wanted = set(text.casefold().split())
    alike = [key for key, word in choices.items() if wanted & set(_name(word).split())]
    if alike:
        return f"Did you mean {listed(f'{each} ({_shown_name(choices[each])})' for each in alike)}?"
    if len(choices) <= _FEW:
        return f"One of: {', '.join(choices)}"
    return f"{did_you_mean(text, choices)}Press Tab to see the choices."
