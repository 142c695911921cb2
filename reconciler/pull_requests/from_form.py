"""From a form that somebody sent to a pull request in their name."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from reconciler.edit.form_edit import FormEdit, edit_from_form
from reconciler.edit.form_problems import as_problem
from reconciler.edit.read_form import PREFIX, FormKind, FormProblem, read_form
from reconciler.edit.splice import EditRefusedError
from reconciler.history.approvals import person_of
from reconciler.model.finding import Severity
from reconciler.model.forge import Account, Issue
from reconciler.pull_requests.check_edit import Base, Draft, new_findings, propose
from reconciler.services.errors import SetupError
from reconciler.services.github.event import IssueEvent
from reconciler.services.github.form_issues import GitHubForms
from reconciler.services.retry import RetryPolicy
from reconciler.services.settings import GitHubSettings

_DONE: Final = {
    FormKind.ESCALATE: "Escalated",
    FormKind.HANDOVER: "Handed over",
    FormKind.RESOLVE: "Resolved",
}


@dataclass(frozen=True)
class Ignored:
    """Not a form that waits for an answer."""

    why: str


@dataclass(frozen=True)
class Unfit:
    """It cannot become a pull request as it is."""

    problems: tuple[FormProblem, ...]


@dataclass(frozen=True)
class Proposed:
    """It became a pull request, or a branch from which the person can open one."""

    url: str
    name: str = ""
    """Of the pull request, such as `#12`; empty while there is only a branch."""
    notes: tuple[FormProblem, ...] = ()
    """What is worth knowing and stops nothing."""


@dataclass(frozen=True)
class Office:
    """Where forms are worked on: files, forge, and the present."""

    repo: Path
    base: Base
    forms: GitHubForms
    github: GitHubSettings
    now: datetime
    timeout: float
    retries: RetryPolicy


def ignored(issue: Issue, event: IssueEvent | None) -> Ignored | None:
    """Why there is nothing to answer, if so."""
    if not issue.open:
        return Ignored("it is closed")
    if issue.was_closed:
        # A run of long ago can be started again; what it was about has had its answer.
        return Ignored("it was closed before; send a new one")
    if kind_of(issue) is None:
        return Ignored("it has not the label of a form")
    if issue.author is None or issue.author.bot:
        return Ignored("no person opened it")
    if event is not None and _plain(event.body) != _plain(issue.body):
        return Ignored("it was changed since; the run for that change answers it")
    return None


def kind_of(issue: Issue) -> FormKind | None:
    """Which form it is, by its label; none when it has none, or several."""
    found = [kind for kind in FormKind if kind.label in issue.labels]
    return found[0] if len(found) == 1 else None


def answer(office: Office, issue: Issue, event: IssueEvent | None) -> Ignored | Unfit | Proposed:
    """Make a pull request of a form, once. Raises GitProblem, ServiceError or SetupError."""
    if (reason := ignored(issue, event)) is not None:
        return reason
    author, kind = issue.author, kind_of(issue)
    assert author is not None  # noqa: S101 - or it would be ignored
    assert kind is not None  # noqa: S101 - as above
    _expect_account(office)
    if (done := office.forms.ours(_prefix(issue))) is not None:
        return Proposed(done.url, done.name)
    edit = _edit(office, issue, author, kind, event)
    return Unfit(edit) if isinstance(edit, tuple) else _judged(office, issue, edit, kind)


def _edit(
    office: Office, issue: Issue, author: Account, kind: FormKind, event: IssueEvent | None
) -> FormEdit | tuple[FormProblem, ...]:
    if event is not None and event.sender != author.id:
        return (_ANOTHERS,)
    snapshot = office.base.snapshot
    person = person_of(author, snapshot.roster)
    if person is None:
        return (_stranger(author),)
    form = read_form(kind, issue.body)
    if isinstance(form, tuple):
        return form
    try:
        # By the time at which it was sent, so that every run makes the same of it.
        edit = edit_from_form(form, person, snapshot, issue.opened_at)
    except EditRefusedError as refused:
        return (FormProblem("", str(refused), "Somebody with an editor has to do it."),)
    return (edit,) if isinstance(edit, FormProblem) else edit


_ANOTHERS: Final = FormProblem(
    "",
    "Somebody else than its author has changed this form.",
    "Close it and send a form of your own; what it says would be done in the author's name.",
)


def _judged(office: Office, issue: Issue, edit: FormEdit, kind: FormKind) -> Unfit | Proposed:
    base = office.base
    others = {raw.path for raw in base.raws if Path(raw.path).stem == edit.ticket} - {edit.path}
    known = {each.source.path for each in base.snapshot.entries}
    unreadable = base.bytes_of(edit.path) and edit.path not in known
    if others or unreadable:
        what = f"{edit.ticket} has a file already that can't be read or stands elsewhere."
        return Unfit((FormProblem("", what, "Somebody with an editor has to look at it."),))
    if edit.data == base.bytes_of(edit.path):
        return Unfit((FormProblem("", "The file says so already.", "Nothing is left to do."),))
    draft = _draft(office, issue, edit, kind)
    found = new_findings(office.repo, office.now, base, draft)
    source = found.sources.get(edit.path)
    told = tuple(as_problem(each, edit.fields, source) for each in found.findings)
    if any(each.severity is Severity.ERROR for each in found.findings):
        return Unfit(told)
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
        return Proposed(made.compare, notes=told)
    return Proposed(made.url, f"#{made.url.rpartition('/')[2]}", told)


def _draft(office: Office, issue: Issue, edit: FormEdit, kind: FormKind) -> Draft:
    author = issue.author
    assert author is not None  # noqa: S101 - or it would be ignored
    person = person_of(author, office.base.snapshot.roster)
    name = office.base.snapshot.roster.name(person or author.login)
    shown = "".join(char for char in name if char.isprintable() and char not in "<>")
    return Draft(
        edit.path,
        edit.data,
        edit.subject,
        # No word of the form: it could call people, close issues, or pose as something else.
        body=f"{_DONE[kind]} by @{author.login} by form #{issue.number}. The file says it all.",
        author=f"{shown} <{author.id}+{author.login}@users.noreply.github.com>",
        # A name that can be guessed could be taken by somebody with other contents.
        branch=f"{_prefix(issue)}{secrets.token_hex(8)}",
    )


def _prefix(issue: Issue) -> str:
    return f"{PREFIX}{issue.number}-"


def _expect_account(office: Office) -> None:
    """Raise SetupError when pull requests would be opened by another than the policy's account."""
    forms = office.base.snapshot.policy.forms
    if forms is None:
        return
    login = office.forms.forge.writer()
    if login.casefold() != forms.account.casefold():
        raise SetupError(
            f"the token is of {login}, and config/policy.yaml names {forms.account} for forms",
            "Put a token of that account into the secret ESCALATE_FORM_TOKEN.",
        )


def _stranger(author: Account) -> FormProblem:
    return FormProblem(
        "",
        f"The account {author.login} is nobody's on the roster.",
        "Ask for a line in config/roster.yaml, or ask somebody who is there to send the form.",
    )


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n")
