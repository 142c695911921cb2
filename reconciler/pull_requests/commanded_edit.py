"""The edit that a command in a comment asks for."""

from dataclasses import dataclass
from datetime import datetime

from reconciler.edit.commands import SlashCommand
from reconciler.edit.form_edit import edit_from_form
from reconciler.edit.form_fields import FormKind, FormProblem
from reconciler.edit.form_requests import FormEdit
from reconciler.edit.form_verbs import VERBS
from reconciler.edit.splice import EditRefusedError
from reconciler.history.approvals import person_of
from reconciler.model.escalation import Episode
from reconciler.model.forge import Account, IssueComment
from reconciler.pull_requests.check_edit import Base, Draft
from reconciler.pull_requests.from_form import Unfit, commit_author


@dataclass(frozen=True)
class CommandedEdit:
    """Who asked for what, with which comment, and on which ticket."""

    comment: IssueComment
    author: Account
    command: SlashCommand
    ticket: str

    @property
    def kind(self) -> FormKind:
        """The verb."""
        if self.command.kind is None:
            raise ValueError("/help asks for no change")
        return self.command.kind


def commanded_edit(base: Base, asked: CommandedEdit) -> FormEdit | Unfit | None:
    """The edit; what is wrong with it; or None if the file says all of it already.

    The time of the comment counts, so that every run makes the same edit, and knows it again.
    """
    snapshot = base.snapshot
    person = person_of(asked.author, snapshot.roster)
    if person is None:
        raise LookupError("only people of the roster have edits")
    entry = next((e for e in snapshot.entries if e.escalation.ticket == asked.ticket), None)
    at = asked.comment.at
    if entry is not None and _is_there(entry.escalation.current, asked, person, at):
        return None
    try:
        edit = edit_from_form(asked.command.form(asked.ticket), person, snapshot, at)
    except EditRefusedError as refused:
        return Unfit((FormProblem("", str(refused), "Change the file in an editor."),))
    if isinstance(edit, FormProblem):
        return Unfit((edit,))
    return None if edit.data == base.bytes_of(edit.path) else edit


def draft_of(base: Base, asked: CommandedEdit, edit: FormEdit, branch: str = "") -> Draft:
    """The edit as a commit in its author's name, with no text of the comment around it."""
    done, login = VERBS[asked.kind].done, asked.author.login
    return Draft(
        edit.path,
        edit.data,
        edit.subject,
        body=f"{done} by @{login} with a comment on #{asked.comment.number}. The file shows it.",
        author=commit_author(asked.author, base.snapshot.roster),
        branch=branch,
    )


def _is_there(episode: Episode, asked: CommandedEdit, person: str, at: datetime) -> bool:
    """True if an earlier run has written this text already, and has not answered."""
    text = asked.command.text
    if asked.kind is FormKind.UPDATE:
        return any((each.at, each.by, each.text) == (at, person, text) for each in episode.updates)
    gone = episode.withdrawn
    wanted = asked.kind is FormKind.WITHDRAW
    return wanted and gone is not None and (gone.by, gone.reason) == (person, text)
