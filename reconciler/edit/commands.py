"""Commands of one line in comments and reviews, such as `/assign mei`.

Whoever writes a comment can quote and paste anything. A command counts only where its author wrote
it as a line of its own, outside of quotes, of code and of HTML.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from reconciler.edit.form_fields import MAY_BE_EMPTY, TICKET, Form, FormKind, FormProblem
from reconciler.edit.form_verbs import VERBS, FormVerb
from reconciler.load.did_you_mean import closest

LONGEST: Final = 5_000
"""The most characters that a command may have."""
HELP: Final = "help"
_KINDS: Final = {verb.command: kind for kind, verb in VERBS.items() if verb.command}
_LINE: Final = re.compile(r"/([A-Za-z]{1,30})(?:[ \t]+(.*))?")
_FENCE: Final = re.compile(r" {0,3}(`{3,}|~{3,})")
_QUOTE: Final = re.compile(r" {0,3}>")
_HTML: Final = re.compile(r"<[A-Za-z!?/]")
_FORM: Final = "For a longer text, send a form."


@dataclass(frozen=True)
class SlashCommand:
    """One command, as its author wrote it."""

    kind: FormKind | None
    """None for `/help`."""
    text: str
    """What follows the word: a handle, a name, or a text."""

    def form(self, ticket: str) -> Form:
        """The form that asks for the same."""
        if self.kind is None:
            raise ValueError("/help asks for no change")
        verb = VERBS[self.kind]
        empty = {label: "" for label in verb.fields if label in MAY_BE_EMPTY}
        return Form(self.kind, {TICKET: ticket, verb.asks: self.text, **empty})


def usage() -> Iterator[tuple[str, str]]:
    """Each command with its argument, and what it does."""
    for verb in VERBS.values():
        if verb.command:
            yield f"/{verb.command} {verb.argument}", verb.does
    yield f"/{HELP}", "lists the commands"


def read_comment(body: str) -> SlashCommand | FormProblem | None:
    """The command that a comment consists of; None if it begins with none.

    A word that is like no command is another tool's.
    """
    lines = _lines(body)
    found = _LINE.fullmatch(lines[0].rstrip()) if lines else None
    if found is None:
        return None
    word, text = found[1].casefold(), (found[2] or "").strip()
    if word == HELP:
        return SlashCommand(None, "")
    kind = _KINDS.get(word)
    if kind is None:
        like = closest(word, [*_KINDS, HELP])
        wrong = FormProblem("", f"There is no command /{word}.", f"Did you mean /{like}?")
        return wrong if like else None
    return _problem(VERBS[kind], text, lines[1:]) or SlashCommand(kind, text)


def _problem(verb: FormVerb, text: str, others: list[str]) -> FormProblem | None:
    if any(line.strip() for line in others):
        what = "The comment has more than one line, and a command has one."
        return FormProblem("", what, f"Write one comment for each command. {_FORM}")
    if not text:
        what = f"The command /{verb.command} needs a text."
        return FormProblem("", what, f"Write: /{verb.command} {verb.argument}")
    if len(text) > LONGEST:
        what = f"The command has {len(text):,} characters; at most {LONGEST:,} are allowed."
        return FormProblem("", what, _FORM)
    return None


def read_commands(text: str) -> tuple[SlashCommand, ...]:
    """The commands in a text that may say more, such as a review.

    Nothing after the first HTML counts: GitHub shows it in ways that its text does not tell.
    """
    return tuple(_commands(_lines(text)))


def _commands(lines: list[str]) -> Iterator[SlashCommand]:
    fence, quoted = "", False
    for line in lines:
        if fence:
            closes = re.fullmatch(rf" {{0,3}}{re.escape(fence[0])}{{{len(fence)},}}[ \t]*", line)
            fence = "" if closes else fence
        elif (opens := _FENCE.match(line)) is not None:
            fence, quoted = opens[1], False
        elif _HTML.search(line):
            return
        elif not line.strip():
            quoted = False
        elif _QUOTE.match(line):
            quoted = True  # lines after it are part of the quote, up to an empty one
        elif not quoted and (found := _command(line)) is not None:
            yield found


def _command(line: str) -> SlashCommand | None:
    found = _LINE.fullmatch(line.rstrip())
    text = (found[2] or "").strip() if found else ""
    kind = _KINDS.get(found[1].casefold()) if found else None
    return SlashCommand(kind, text) if kind and text and len(text) <= LONGEST else None


def _lines(text: str) -> list[str]:
    """The lines; half of a pair of characters can be sent, and stands in no file."""
    plain = text.encode("utf-8", "replace").decode("utf-8")
    return plain.replace("\r\n", "\n").replace("\r", "\n").split("\n")
