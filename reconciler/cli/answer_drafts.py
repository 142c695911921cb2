"""The draft of a command's answers: kept after each answer, dropped when the edit is made."""

import hashlib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import click

from reconciler.load.ticket_address import is_key
from reconciler.redaction import redact_free_text
from reconciler.render.escape import terminal
from reconciler.services.git.answer_drafts import draft_path, drop_draft, read_draft, write_draft


@dataclass
class AnswerDraft:
    """Where the answers of a command are kept, and which of them this call uses."""

    path: Path | None = None
    """None if they are not kept: outside git, and for a ticket that is none."""
    command: str = ""
    """As the user calls it, such as `escalate open DS-1`."""
    resume: bool = False
    """True if the answers are to be used."""
    _used: dict[str, str] | None = field(default=None, init=False)
    """The answers to continue with, and those of this call; None until the first question."""

    def begin(self, agrees: Callable[[int], bool]) -> Mapping[str, str]:
        """The answers to continue with. Decided once, at the first questions of a call.

        `agrees` asks the user, given their number. Raises UsageError if `--resume` finds none.
        """
        if self._used is None:
            kept = self.resumed() if self.resume else self.answers()
            self._used = kept if self.resume or (kept and agrees(len(kept))) else {}
        return self._used

    def answers(self) -> dict[str, str]:
        """The kept answers by option."""
        return read_draft(self.path) if self.path else {}

    def keep(self, answers: Mapping[str, str]) -> bool:
        """Add answers without what looks like a token; False if no answers are kept."""
        plain = {name: text for name, text in answers.items() if redact_free_text(text) == text}
        others = {name: text for name, text in (self._used or {}).items() if name not in answers}
        self._used = {**others, **plain}
        try:
            if self.path is not None and self._used:
                write_draft(self.path, self._used)
        except OSError:
            return False
        return self.path is not None and bool(self._used)

    def drop(self) -> None:
        """Forget the answers."""
        if self.path is not None:
            drop_draft(self.path)

    def resumed(self) -> dict[str, str]:
        """The answers of the last call, for `--resume`. Raises UsageError if there are none."""
        found = self.answers()
        if not found:
            raise click.UsageError(
                f"No answers of `{terminal(self.command)}` are kept. Leave --resume out."
            )
        return found


def draft_of(repo: Path, command: str, ticket: str, *, resume: bool) -> AnswerDraft:
    """The draft of a command for a ticket."""
    name = re.sub(r"[^a-z-]", "", command)
    path = draft_path(repo, f"{name}-{ticket}") if is_key(ticket) else None
    return AnswerDraft(path, f"escalate {name} {ticket}", resume)


def draft_of_setup(repo: Path, command: str, *, resume: bool) -> AnswerDraft:
    """The draft of a command without a ticket, such as `roster import`, also outside of git."""
    name = command.replace(" ", "-")
    path = draft_path(repo, name) or _folder_draft(repo, name)
    return AnswerDraft(path, f"escalate {command}", resume)


def draft_of_folder(folder: Path, command: str, *, resume: bool) -> AnswerDraft:
    """The draft of a command for a folder that may not exist yet, so no git folder can have it."""
    return AnswerDraft(_folder_draft(folder, command), f"escalate {command} {folder}", resume)


def _folder_draft(folder: Path, name: str) -> Path | None:
    """In the folder for a program's state, as the XDG Base Directory Specification has it."""
    where = hashlib.sha256(os.fsencode(folder.absolute())).hexdigest()[:16]
    state = _state_folder()
    return state / "escalate" / "drafts" / f"{name}-{where}.json" if state else None


def _state_folder() -> Path | None:
    given = Path(os.environ.get("XDG_STATE_HOME", ""))
    if given.is_absolute():
        return given
    try:
        return Path.home() / ".local" / "state"
    except RuntimeError:  # a user without a home
        return None
