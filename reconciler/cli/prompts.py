"""Asking for what is missing, in a terminal or on a pipe; else naming all that is missing."""

import os
import shlex
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final, TextIO

import click

from reconciler.cli.answer_drafts import AnswerDraft
from reconciler.cli.blanks import BACK, Blank, choice_lines, meant, namesakes, problem_lines, reason
from reconciler.cli.extras import is_installed
from reconciler.render.console import write, write_error, write_line
from reconciler.render.escape import terminal

_ANSWERS: Final = "escalate.answers"
_DRAFTED: Final = "escalate.drafted"
_SECRET: Final = "escalate.secret"  # noqa: S105 - a name
_ASK: Final = "escalate.ask"
"""What a command notes in click's context: its answers, whether a file keeps them, whether one is a
secret, `--ask`."""
_NOTHING: Final = "Nothing was written or changed."

Check = Callable[[Mapping[str, str]], Mapping[str, str]]
"""Why answers can't be, by option, given those so far."""


class QuestionsInterruptedError(click.Abort):
    """Somebody ended the questions, for example with Ctrl-C."""


def fill(
    given: Mapping[str, str | None],
    blanks: Iterable[Blank],
    draft: AnswerDraft,
    check: Check = lambda _: {},
    *,
    found: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """What was given, with the answers to what was not.

    `found` has values that are not asked for, unless they are wrong. Each answer is checked when it
    is given, and kept in the draft. Raises UsageError if a value is missing and no user can be
    asked, and QuestionsInterruptedError if the user ends the questions.
    """
    options = {name: value for name, value in given.items() if value is not None}
    return _Questions(list(blanks), check, draft).fill(options, found or {})


class _Questions:
    """The questions of one command, and the answers so far."""

    def __init__(self, blanks: list[Blank], check: Check, draft: AnswerDraft) -> None:
        self._blanks = blanks
        self._check = check
        self._draft = draft
        self._known: dict[str, str] = {}
        self._wrong: dict[str, str] = {}
        """Why an answer is asked for again, by option."""

    def fill(self, given: Mapping[str, str], found: Mapping[str, str]) -> dict[str, str]:
        """All answers. An answer counts more than a value that was found."""
        kept = {name: text for name, text in self._kept(given).items() if found.get(name) != text}
        self._known = {**found, **kept, **given}
        for each in self._blanks:
            if each.option in self._known:
                self._known[each.option] = meant(each, self._known[each.option])
                self._refuse_ambiguous(each)
        if not asking():
            self._assume()
        self._note()
        order = [
            each for each in self._blanks if each.option not in self._known or each.option in kept
        ]
        missing = [each.option for each in order if each.option not in self._known]
        if not asking():
            if missing:
                raise click.UsageError(f"Missing: {', '.join(missing)}. {_how_to_give()}")
            return self._known
        if len(missing) > 1:
            write_line("  To go back, answer <.", stream=_stream())
        while todo := self._todo(order):
            self._ask_each(order, todo)
        return self._known

    def _kept(self, given: Mapping[str, str]) -> dict[str, str]:
        """Answers of an earlier call that the user wants to use."""
        options = {each.option for each in self._blanks}
        kept = self._draft.begin(wants_to_continue)
        return {name: text for name, text in kept.items() if name in options and name not in given}

    def _refuse_ambiguous(self, blank: Blank) -> None:
        text = self._known[blank.option]
        if not asking() and text not in blank.choices and len(namesakes(blank, text)) > 1:
            raise click.UsageError(f"{blank.option}: {reason(blank, text)}")

    def _assume(self) -> None:
        assumed = {each.option: each.default for each in self._blanks if each.assumed}
        self._known = {name: text for name, text in assumed.items() if text} | self._known

    def _todo(self, order: list[Blank]) -> set[str]:
        """Options that have to be asked for. Adds those whose answers are wrong to the order."""
        unfit = {
            each.option: why
            for each in self._blanks
            if each.option in self._known and (why := _unfit(each, self._known[each.option]))
        }
        fit = {name: text for name, text in self._known.items() if name not in unfit}
        self._wrong = {**self._check(fit), **unfit}
        known = {each.option for each in order}
        also = [each for each in self._blanks if each.option in self._wrong]
        order += [each for each in also if each.option not in known]
        order.sort(key=self._blanks.index)
        return {each.option for each in order if each.option not in self._known} | set(self._wrong)

    def _ask_each(self, order: list[Blank], todo: set[str]) -> None:
        """Ask for what is to do, in its order; an answer of `<` goes to the question before."""
        position = 0
        while todo:
            if order[position].option not in todo:
                position += 1
                continue
            blank = order[position]
            count = f"[{position + 1} of {len(order)}] " if len(order) > 1 else ""
            answer = self._ask(blank, count)
            if answer == BACK:
                position = max(position - 1, 0)
                todo.add(order[position].option)
                continue
            self._known[blank.option] = answer
            todo.discard(blank.option)
            self._note()
            self._keep()
            position = 0

    def _ask(self, blank: Blank, count: str) -> str:
        """A right answer to a question, or `<`."""
        now = self._offered(blank)
        if why := self._wrong.pop(blank.option, ""):
            _show_problem(why)
            now = replace(now, default="") if plain_lines() else now
        _show_choices(blank)
        while True:
            asked = now
            text: str = interruptible(lambda: _ask(asked, count))  # noqa: B023 - called at once
            if text == BACK:
                return BACK
            if not (why := self._problem(blank, text)):
                return meant(blank, text)
            _show_problem(why)
            if not blank.choices and not blank.hidden and not plain_lines():
                now = replace(now, default=text, editable=True)

    def _offered(self, blank: Blank) -> Blank:
        """The question with the earlier answer as its default."""
        if blank.suggest is not None:
            blank = replace(blank, default=blank.suggest(self._known))
        if blank.option not in self._known or blank.hidden:
            return blank
        default = self._known[blank.option]
        if blank.choices and blank.closed and default not in blank.choices:
            return blank
        return replace(blank, default=default, editable=not blank.choices)

    def _problem(self, blank: Blank, text: str) -> str:
        """Why an answer can't be; empty if it can."""
        text = meant(blank, text)
        why = reason(blank, text)
        if why and text not in blank.called(text):
            return why
        # The check says why a person of the roster can't have the role.
        found = self._check({**self._known, blank.option: text}) if text else {}
        return found.get(blank.option, why)

    def _note(self) -> None:
        context = click.get_current_context(silent=True)
        if context is not None:
            context.meta[_ANSWERS] = {
                each.option: self._known[each.option]
                for each in self._blanks
                if each.option in self._known and each.option.startswith("--") and not each.hidden
            }

    def _keep(self) -> None:
        hidden = {each.option for each in self._blanks if each.hidden}
        answers = {name: text for name, text in self._known.items() if name not in hidden}
        keep_answers(self._draft, answers, secret=not hidden.isdisjoint(self._known))


def ask_always(*, wanted: bool | None) -> None:
    """Take `--ask` or `--no-ask`; None leaves it to whether there is a terminal."""
    click.get_current_context().meta[_ASK] = wanted


def asking() -> bool:
    """Whether somebody is there to be asked."""
    context = click.get_current_context(silent=True)
    wanted = context.meta.get(_ASK) if context else None
    return _in_terminal() if wanted is None else bool(wanted)


def confirm(question: str) -> bool:
    """Yes or no."""
    return bool(interruptible(lambda: click.confirm(question, default=True)))


def wants_to_continue(number: int) -> bool:
    """Whether the user wants the answers of an earlier call."""
    return asking() and confirm(f"Continue with the {number} answers of the last time?")


def keep_answers(draft: AnswerDraft, answers: Mapping[str, str], *, secret: bool = False) -> None:
    """Add answers to the draft. `secret` is true if there is an answer that is not to be kept."""
    kept = draft.keep(answers)
    context = click.get_current_context(silent=True)
    if context is not None:
        context.meta[_DRAFTED] = kept
        context.meta[_SECRET] = context.meta.get(_SECRET) or secret


def kept_answers() -> str:
    """The options that give all answers so far; empty without answers of this command."""
    context = click.get_current_context(silent=True)
    answers: Mapping[str, str] = context.meta.get(_ANSWERS, {}) if context else {}
    return " ".join(f"{name} {shlex.quote(text)}" for name, text in answers.items())


def show_kept_answers() -> None:
    """Say how to run the command again without giving the answers again."""
    context = click.get_current_context(silent=True)
    if context is not None and context.meta.get(_DRAFTED):
        but = ", but no secret" if context.meta.get(_SECRET) else ""
        write_error(
            f"Your answers are kept{but}. To continue, run the command again with --resume."
        )
    elif words := kept_answers():
        write_error("To continue with your answers, add them to the command:")
        write_error(f"  {words}")


def _unfit(blank: Blank, text: str) -> str:
    """Why a text can't stand for an answer, whatever the choices are."""
    return blank.problem(text) if blank.valid(text) else blank.hint


def _show_problem(why: str) -> None:
    for line in problem_lines(why):
        write_line(line, "red", _stream())


def _how_to_give() -> str:
    context = click.get_current_context(silent=True)
    if context is None or _ASK not in context.meta:
        return "Give them, or run the command in a terminal, where it asks for them."
    return (
        "Give them. Or run the command in a terminal, or with --ask on a pipe, where it asks for "
        "them."
    )


def _in_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _stream() -> TextIO:
    """Where questions go: on a pipe, stdout is for what the command prints."""
    return sys.stdout if _in_terminal() else sys.stderr


def _show_choices(blank: Blank) -> None:
    for line in choice_lines(blank):
        write_line(line, stream=_stream())


def plain_lines() -> bool:
    """Whether questions and answers are plain lines, without moving the cursor."""
    return not _in_terminal() or os.environ.get("TERM") == "dumb" or not is_installed("prompts")


def interruptible(ask: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the question gives
    """The answer of a question. Raises QuestionsInterruptedError if the user ends the questions."""
    try:
        return ask()
    except (KeyboardInterrupt, EOFError, click.Abort) as error:
        write_error("")
        write_error(f"escalate: interrupted. {_NOTHING}")
        show_kept_answers()
        raise QuestionsInterruptedError from error


def _ask(blank: Blank, count: str) -> str:
    """The answer; the default for an empty one."""
    there = blank.default if blank.editable else ""
    plain = plain_lines()
    offered = f" [{blank.default}]" if blank.default and (plain or not there) else ""
    end = "" if "?" in blank.question else ":"
    question = terminal(f"{count}{blank.question}{offered}{end}")
    answer = _ask_plainly(blank, question) if plain else _ask_in_terminal(blank, question, there)
    return answer.strip() or ("" if there and not plain else blank.default)


def _ask_plainly(blank: Blank, question: str) -> str:
    """One line of what comes in, without moving the cursor. Raises EOFError at its end."""
    if blank.hidden and _in_terminal():
        return str(click.prompt(question, default="", hide_input=True, show_default=False))
    write(f"{question} ", _stream())
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    if not sys.stdin.isatty():
        write_error("")
    return line


def _ask_in_terminal(blank: Blank, question: str, there: str) -> str:
    import questionary  # noqa: PLC0415 - takes a quarter of a second, and only people need it

    prompt: Any
    if blank.hidden:
        prompt = questionary.password(question)
    elif not blank.choices:
        prompt = questionary.text(question, default=there)
    else:
        prompt = questionary.autocomplete(
            question,
            choices=list(blank.choices),
            meta_information={key: terminal(word) for key, word in blank.choices.items()},
            match_middle=True,
        )
    return str(prompt.unsafe_ask())
