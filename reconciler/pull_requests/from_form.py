"""Make a pull request from a submitted form, in the name of its author."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from reconciler.edit.form_edit import edit_from_form
from reconciler.edit.form_fields import FormKind, FormProblem
from reconciler.edit.form_problems import as_problem
from reconciler.edit.form_requests import FormEdit
from reconciler.edit.form_verbs import VERBS
from reconciler.edit.read_form import PREFIX, read_form
from reconciler.edit.splice import EditRefusedError
from reconciler.history.approvals import person_of
from reconciler.model.finding import Severity
from reconciler.model.forge import Account, Issue
from reconciler.model.roster import Roster
from reconciler.pull_requests.check_edit import Base, Draft, new_findings, propose
from reconciler.services.errors import SetupError
from reconciler.services.github.event import IssueEvent
from reconciler.services.github.form_issues import GitHubForms
from reconciler.services.retry import RetryPolicy
from reconciler.services.settings import GitHubSettings


@dataclass(frozen=True)
class Ignored:
    """The issue is not a form, or needs no answer."""

    why: str


@dataclass(frozen=True)
class Unfit:
    """The form has problems, so no pull request was made."""

    problems: tuple[FormProblem, ...]
    is_final: bool = False
    """True if no change of the form can help: it is closed."""


@dataclass(frozen=True)
class Submitted:
    """A pull request was made, or a branch from which the author can open one."""

    url: str
    name: str = ""
    """Of the pull request, such as `#12`; empty while there is only a branch."""
    notes: tuple[FormProblem, ...] = ()
    """Warnings. They stop nothing."""


@dataclass(frozen=True)
class Office:
    """What answering a form needs: files, forge, time and network settings."""

    repo: Path
    base: Base
    forms: GitHubForms
    github: GitHubSettings
    now: datetime
    timeout: float
    retries: RetryPolicy


def ignored(issue: Issue, event: IssueEvent | None) -> Ignored | None:
    """Why the issue needs no answer; None if it needs one."""
    if not issue.open:
        return Ignored("it is closed")
    if issue.was_closed:
        # An old workflow run can be started again, after its form was answered.
        return Ignored("it was closed before; send a new one")
    if kind_of(issue) is None:
        return Ignored("it does not have the label of a form")
    if issue.author is None or issue.author.bot:
        return Ignored("no person opened it")
    changed = event is not None and _plain(event.body) != _plain(issue.body)
    if changed and not _is_anothers(issue, event):  # or it is refused, whatever it says by now
        return Ignored("it was changed after this event; the run for that change answers it")
    return None


def kind_of(issue: Issue) -> FormKind | None:
    """The kind of the form by its label; None if there is no such label, or several."""
    found = [kind for kind in FormKind if VERBS[kind].label in issue.labels]
    return found[0] if len(found) == 1 else None


def answer(office: Office, issue: Issue, event: IssueEvent | None) -> Ignored | Unfit | Submitted:
    """Make a pull request of a form, once. Raises GitProblem, ServiceError or SetupError."""
    if (reason := ignored(issue, event)) is not None:
        return reason
    author, kind = issue.author, kind_of(issue)
    assert author is not None  # noqa: S101 - or it would be ignored
    assert kind is not None  # noqa: S101 - as above
    expect_account(office)
    if _is_anothers(issue, event):
        return Unfit((_ANOTHERS,), is_final=True)
    if (done := office.forms.ours(branch_prefix(issue.number))) is not None:
        return Submitted(done.url, done.name)
    edit = _edit(office, issue, author, kind)
    return Unfit(edit) if isinstance(edit, tuple) else _judged(office, issue, edit, kind)


def _is_anothers(issue: Issue, event: IssueEvent | None) -> bool:
    """True if another account than the author's made this event. What it wrote could stay."""
    author = issue.author
    return event is not None and author is not None and event.sender != author.id


def _edit(
    office: Office, issue: Issue, author: Account, kind: FormKind
) -> FormEdit | tuple[FormProblem, ...]:
    snapshot = office.base.snapshot
    person = person_of(author, snapshot.roster)
    if person is None:
        return (stranger(author),)
    form = read_form(kind, issue.body)
    if isinstance(form, tuple):
        return form
    try:
        # The time of submission, so that every run makes the same edit.
        edit = edit_from_form(form, person, snapshot, issue.opened_at)
    except EditRefusedError as refused:
        return (FormProblem("", str(refused), "Open a pull request with this change yourself."),)
    return (edit,) if isinstance(edit, FormProblem) else edit


_ANOTHERS: Final = FormProblem(
    "",
    "Another person than its author has changed this form.",
    "Send a new form. The tool closed this one, because it would act in the author's name.",
)


def _judged(office: Office, issue: Issue, edit: FormEdit, kind: FormKind) -> Unfit | Submitted:
    base = office.base
    others = {raw.path for raw in base.raws if Path(raw.path).stem == edit.ticket} - {edit.path}
    known = {each.source.path for each in base.snapshot.entries}
    unreadable = base.bytes_of(edit.path) and edit.path not in known
    if others or unreadable:
        what = f"{edit.ticket} already has a file that can't be read or is in another folder."
        return Unfit((FormProblem("", what, "Correct or move that file in an editor."),))
    if edit.data == base.bytes_of(edit.path):
        return Unfit(
            (FormProblem("", "The file already contains this.", "Nothing is left to do."),)
        )
    draft = _draft(office, issue, edit, kind)
    problems = findings_of(office, base, edit, draft)
    if isinstance(problems, Unfit):
        return problems
    opens = base.snapshot.policy.forms is not None
    made = propose(
        office.now,
        base,
        draft,
        office.github if opens else None,
        office.timeout,
        office.retries,
    )
    if not opens:
        return Submitted(made.compare, notes=problems)
    return Submitted(made.url, f"#{made.url.rpartition('/')[2]}", problems)


def findings_of(
    office: Office, base: Base, edit: FormEdit, draft: Draft
) -> tuple[FormProblem, ...] | Unfit:
    """Warnings about an edit; everything that is wrong with it if there is an error."""
    found = new_findings(office.repo, office.now, base, draft)
    source = found.sources.get(edit.path)
    problems = tuple(as_problem(each, edit.fields, source) for each in found.findings)
    wrong = any(each.severity is Severity.ERROR for each in found.findings)
    return Unfit(problems) if wrong else problems


def _draft(office: Office, issue: Issue, edit: FormEdit, kind: FormKind) -> Draft:
    author = issue.author
    assert author is not None  # noqa: S101 - or it would be ignored
    return Draft(
        edit.path,
        edit.data,
        edit.subject,
        # No text of the form: it could mention people, close issues, or imitate other text.
        body=f"{VERBS[kind].done} by @{author.login} with form #{issue.number}. The file shows it.",
        author=commit_author(author, office.base.snapshot.roster),
        # Another account could create a branch with a predictable name first.
        branch=f"{branch_prefix(issue.number)}{secrets.token_hex(8)}",
    )


def branch_prefix(form: int) -> str:
    """How the branch of a form begins."""
    return f"{PREFIX}{form}-"


def commit_author(account: Account, roster: Roster) -> str:
    """Name and address for a commit in the name of an account; GitHub shows the account by it."""
    name = roster.name(person_of(account, roster) or account.login)
    shown = "".join(char for char in name if char.isprintable() and char not in "<>")
    return f"{shown} <{account.id}+{account.login}@users.noreply.github.com>"


def expect_account(office: Office) -> None:
    """Raise SetupError when pull requests would be opened by another than the policy's account."""
    forms = office.base.snapshot.policy.forms
    if forms is None:
        return
    login = office.forms.forge.writer()
    if login.casefold() != forms.account.casefold():
        raise SetupError(
            f"the token belongs to {login}, and config/policy.yaml names {forms.account} for forms",
            "Put a token of that account into the secret ESCALATE_FORM_TOKEN.",
        )


def stranger(author: Account) -> FormProblem:
    """That the roster has no person with this account."""
    return FormProblem(
        "",
        f"The account {author.login} is not on the roster.",
        "Ask for a line in config/roster.yaml, or ask a person on the roster to do this.",
    )


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n")
