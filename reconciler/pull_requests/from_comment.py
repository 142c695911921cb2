"""Carry out a command in a comment, in the name of its author."""

import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from reconciler.edit.commands import SlashCommand, read_comment
from reconciler.edit.form_fields import FormProblem
from reconciler.edit.read_form import PREFIX
from reconciler.history.approvals import person_of
from reconciler.load.raw import ESCALATIONS
from reconciler.model.forge import Account, IssueComment, PullRequestState
from reconciler.pull_requests.check_edit import propose
from reconciler.pull_requests.commanded_edit import CommandedEdit, commanded_edit, draft_of
from reconciler.pull_requests.from_form import (
    Ignored,
    Office,
    Submitted,
    Unfit,
    branch_prefix,
    expect_account,
    findings_of,
    kind_of,
    stranger,
)
from reconciler.pull_requests.onto_branch import onto_branch
from reconciler.services.github.comments import CommentedPullRequest, GitHubComments
from reconciler.services.github.event import CommentEvent

_MOST_AGE: Final = timedelta(days=1)
"""Anyone with write access can start the run of an old event again."""
_AGAIN: Final = "Write a new comment."
_ESCALATION: Final = re.compile(rf"(?:^|/){ESCALATIONS}/[0-9]{{4}}/([A-Z0-9_-]+)\.yaml$", re.ASCII)
"""The file of an escalation, wherever in the repository its folder is."""


@dataclass(frozen=True)
class Helped:
    """The author asked which commands there are."""


@dataclass(frozen=True)
class Commanded:
    """The command is carried out: a commit on the branch of the pull request."""

    notes: tuple[FormProblem, ...] = ()
    """Warnings. They stop nothing."""


@dataclass(frozen=True)
class CommentOffice:
    """What answering a comment needs."""

    office: Office
    comments: GitHubComments
    marker: str
    """How our answer on a form begins."""


CommentOutcome = Ignored | Unfit | Helped | Commanded | Submitted


def answer_comment(
    desk: CommentOffice, comment: IssueComment, event: CommentEvent | None
) -> CommentOutcome:
    """Carry a command out, once. Raises GitProblem, ServiceError or SetupError."""
    command, author = read_comment(comment.body), comment.author
    if command is None:
        return Ignored("it does not begin with a command")
    if author is None or author.bot:
        return Ignored("no person wrote it")
    if (ignored := _ignored(desk, comment, author, event)) is not None:
        return ignored
    if (wrong := _untrusted(desk, comment, author, event)) is not None:
        return Unfit((wrong,))
    if isinstance(command, FormProblem):
        return Unfit((command,))
    return _carried_out(desk, comment, author, command)


def _ignored(
    desk: CommentOffice, comment: IssueComment, author: Account, event: CommentEvent | None
) -> Ignored | None:
    """Why a command needs no answer; None if it needs one. Strangers and bots cost nothing."""
    known = person_of(author, desk.office.base.snapshot.roster) or comment.of_member
    if not known:
        return Ignored("its author is neither on the roster nor in the organisation")
    if event is not None and {event.author, event.sender} != {author.id}:
        return Ignored("another account sent its event")
    expect_account(desk.office)
    if desk.comments.is_answered(comment.id):
        return Ignored("it was answered before")
    return None


def _untrusted(
    desk: CommentOffice, comment: IssueComment, author: Account, event: CommentEvent | None
) -> FormProblem | None:
    """Why the text may not be its author's, or may not be meant any more."""
    if person_of(author, desk.office.base.snapshot.roster) is None:
        return stranger(author)
    changed = event is not None and _plain(event.body) != _plain(comment.body)
    if comment.edited or changed:
        return FormProblem(
            "", "The comment was edited. Another person could have done that.", _AGAIN
        )
    if desk.office.now - comment.at > _MOST_AGE:
        return FormProblem("", "The comment is older than a day.", _AGAIN)
    return None


def _place(desk: CommentOffice, number: int) -> CommentedPullRequest | Ignored | Unfit:
    """The pull request that a comment is about. Closed ones without a merge are refused."""
    found = desk.comments.pull_request(number)
    if found is None:
        issue = desk.office.forms.issue(number)
        if issue is None or kind_of(issue) is None:
            return Ignored("its issue is no form")
        found = desk.comments.made_of_form(number, desk.marker, branch_prefix(number))
    if found is None:
        what = "The form has become no pull request yet."
        return Unfit((FormProblem("", what, "Edit the form, or send the form for your change."),))
    if found.pull_request.state is PullRequestState.DECLINED:
        what = f"The pull request {found.pull_request.name} was closed without a merge."
        return Unfit((FormProblem("", what, "Reopen it and write a new comment, or send a form."),))
    if found.pull_request.base != desk.office.base.snapshot.policy.default_branch:
        what = f"The pull request {found.pull_request.name} is not for the main branch."
        return Unfit((FormProblem("", what, "Send the form for your change."),))
    return found


def _carried_out(
    desk: CommentOffice,
    comment: IssueComment,
    author: Account,
    command: SlashCommand,
) -> CommentOutcome:
    if command.kind is None:
        return Helped()
    found = _place(desk, comment.number)
    if not isinstance(found, CommentedPullRequest):
        return found
    tickets = sorted({each[1] for path in found.paths if (each := _ESCALATION.search(path))})
    if len(tickets) != 1:
        count = f"{len(tickets)} escalations" if tickets else "no escalation"
        what = f"The pull request {found.pull_request.name} changes {count}."
        return Unfit((FormProblem("", what, "Send the form for your change."),))
    asked = CommandedEdit(comment, author, command, tickets[0])
    if found.pull_request.state is PullRequestState.OPEN:
        made = onto_branch(desk.office, desk.comments, asked, found)
        return Commanded(made) if isinstance(made, tuple) else made
    return _proposed(desk, asked)


def _proposed(desk: CommentOffice, asked: CommandedEdit) -> CommentOutcome:
    """A pull request of its own: the one of the comment's is merged."""
    office, base = desk.office, desk.office.base
    prefix = f"{PREFIX}comment-{asked.comment.id}-"
    if (done := office.forms.ours(prefix)) is not None:
        return Submitted(done.url, done.name)
    edit = commanded_edit(base, asked)
    if edit is None or isinstance(edit, Unfit):
        return Commanded() if edit is None else edit
    draft = draft_of(base, asked, edit, f"{prefix}{secrets.token_hex(8)}")
    notes = findings_of(office, base, edit, draft)
    if isinstance(notes, Unfit):
        return notes
    opens = base.snapshot.policy.forms is not None
    made = propose(
        office.now, base, draft, office.github if opens else None, office.timeout, office.retries
    )
    name = f"#{made.url.rpartition('/')[2]}" if opens else ""
    return Submitted(made.url or made.compare, name, notes)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n")
