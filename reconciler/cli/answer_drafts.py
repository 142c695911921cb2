"""The draft of a command's answers: kept after each answer, dropped when the edit is made."""

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from reconciler.load.ticket_address import is_key
from reconciler.redaction import redact_free_text
from reconciler.render.escape import terminal
from reconciler.services.git.answer_drafts import draft_path, drop_draft, read_draft, write_draft


@dataclass(frozen=True)
class AnswerDraft:
    """Where the answers of a command for a ticket are kept."""

    path: Path | None = None
    """None if they are not kept: outside git, and without a ticket or a folder."""
    command: str = ""
    """As the user calls it, such as `escalate open DS-1`."""
    resume: bool = False
    """True if the answers are to be used."""

    def answers(self) -> dict[str, str]:
        """The kept answers by option."""
        return read_draft(self.path) if self.path else {}

    def keep(self, answers: Mapping[str, str]) -> bool:
        """Keep the answers without what looks like a token; False if they can't be kept."""
        plain = {name: text for name, text in answers.items() if redact_free_text(text) == text}
        try:
            if self.path is not None:
                write_draft(self.path, plain)
        except OSError:
            return False
        return self.path is not None

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


def draft_of_folder(folder: Path, command: str, *, resume: bool) -> AnswerDraft:
    """The draft of a command for a folder that may not exist yet, so no git folder can have it.

    It is in the folder for a program's state, as the XDG Base Directory Specification has it.
    """
    where = hashlib.sha256(os.fsencode(folder.absolute())).hexdigest()[:16]
    name = f"{command}-{where}.json"
    state = _state_folder()
    path = state / "escalate" / "drafts" / name if state else None
    return AnswerDraft(path, f"escalate {command} {folder}", resume)


def _state_folder() -> Path | None:
    given = Path(os.environ.get("XDG_STATE_HOME", ""))
    if given.is_absolute():
        return given
    try:
        return Path.home() / ".local" / "state"
    except RuntimeError:  # a user without a home
        return None
