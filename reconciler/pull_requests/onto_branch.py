"""An edit on the branch of an open pull request."""

import secrets
from dataclasses import replace
from typing import Final
from urllib.parse import quote

from reconciler.edit.form_fields import FormProblem
from reconciler.edit.read_form import PREFIX
from reconciler.load.raw import REGULAR, RawFile
from reconciler.load.snapshot import load_snapshot
from reconciler.model.forge import PullRequestState
from reconciler.pull_requests.check_edit import Base
from reconciler.pull_requests.commanded_edit import CommandedEdit, commanded_edit, draft_of
from reconciler.pull_requests.from_form import Office, Submitted, Unfit, findings_of
from reconciler.services.git.command import GitProblem
from reconciler.services.git.committed_files import read_revision
from reconciler.services.git.new_commit import push_new_branch, push_onto
from reconciler.services.git.remote import Remote
from reconciler.services.github.comments import CommentedPullRequest, GitHubComments

_TRIES: Final = 3


def onto_branch(
    office: Office, comments: GitHubComments, asked: CommandedEdit, found: CommentedPullRequest
) -> tuple[FormProblem, ...] | Unfit | Submitted:
    """Commit the edit onto the branch; its warnings, or what is wrong with it.

    A branch that has moved in between is read anew. Without an account for forms, nothing is
    pushed onto the branch: the edit becomes a branch beside it. Raises GitProblem or ServiceError.
    """
    if found.pull_request.from_fork:
        what = f"The branch of {found.pull_request.name} is in another repository."
        return Unfit((FormProblem("", what, "Ask its author to change the file there."),))
    refusal = ""
    for _ in range(_TRIES):
        made = _onto(office, asked, found)
        if not isinstance(made, str):
            return made
        refusal = made
        again = comments.pull_request(int(found.pull_request.id))
        if again is None or again.pull_request.head == found.pull_request.head:
            break
        if again.pull_request.state is not PullRequestState.OPEN:
            raise GitProblem("the pull request was closed or merged meanwhile; run it again")
        found = again
    raise GitProblem(f"the branch {found.branch} can't be pushed: {refusal[:200]}")


def _onto(
    office: Office, asked: CommandedEdit, found: CommentedPullRequest
) -> tuple[FormProblem, ...] | Unfit | Submitted | str:
    """As above; a text is why the remote refuses the push."""
    remote, head = office.base.remote, found.pull_request.head
    if remote is None:
        raise GitProblem("a command needs the remote origin")
    if not remote.has(head):
        remote.fetch(found.pull_request.ref)
        if not remote.has(head):
            return "it has moved"
    base = _at_head(office.base, remote, found, asked.ticket)
    if isinstance(base, Unfit):
        return base
    edit = commanded_edit(base, asked)
    if edit is None or isinstance(edit, Unfit):
        return edit or ()
    draft = draft_of(base, asked, edit)
    notes = findings_of(office, base, edit, draft)
    if isinstance(notes, Unfit):
        return notes
    files, message = {draft.path: draft.data}, f"{draft.subject}\n"
    if base.snapshot.policy.forms is None:
        branch = f"{PREFIX}comment-{asked.comment.id}-{secrets.token_hex(8)}"
        push_new_branch(
            remote,
            branch,
            tip=head,
            files=files,
            message=message,
            at=office.now,
            author=draft.author,
        )
        target = quote(found.branch, safe="/")
        url = f"{base.snapshot.policy.repository_url}/compare/{target}...{branch}?expand=1"
        return Submitted(url, notes=notes)
    refused = push_onto(
        remote,
        found.branch,
        tip=head,
        files=files,
        message=message,
        at=office.now,
        author=draft.author,
    )
    return notes if refused is None else refused


def _at_head(base: Base, remote: Remote, found: CommentedPullRequest, ticket: str) -> Base | Unfit:
    """The files of the main branch, with this ticket's file as the pull request has it.

    Policy and roster are those of the main branch: a pull request gives nobody rights.
    """
    pull_request = found.pull_request
    here = read_revision(remote.repo, pull_request.head, base.raws)
    mine = [raw for raw in here if _is_of(raw, ticket)]
    kept = [raw for raw in base.raws if not _is_of(raw, ticket)]
    loaded = load_snapshot([*kept, *mine], base.loaded)
    snapshot = loaded.snapshot
    if snapshot is None:
        raise GitProblem("the policy or the roster of the main branch can't be read")
    read = [each for each in snapshot.entries if each.escalation.ticket == ticket]
    if len(mine) != 1 or mine[0].mode != REGULAR or len(read) != 1:
        what = f"The pull request {pull_request.name} has no file of {ticket} that can be read."
        return Unfit((FormProblem("", what, "Correct the file first, in an editor."),))
    return replace(base, raws=(*kept, *mine), loaded=loaded, snapshot=snapshot)


def _is_of(raw: RawFile, ticket: str) -> bool:
    return raw.path.rpartition("/")[2] == f"{ticket}.yaml"
