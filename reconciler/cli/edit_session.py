"""What the commands share that edit files: read, show the difference, check, then write."""

import difflib
import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from reconciler.cli.answer_check import AnswerCheck
from reconciler.cli.answer_drafts import AnswerDraft, draft_of
from reconciler.cli.blanks import Blank
from reconciler.cli.exits import Exit
from reconciler.cli.options import ask_option, now_option, repo_option, resume_option
from reconciler.cli.own_github import own_github
from reconciler.cli.prompts import ask_always, asking, confirm, fill, show_kept_answers
from reconciler.cli.reconcile import reporting_errors
from reconciler.edit.splice import EditRefusedError
from reconciler.load.did_you_mean import did_you_mean
from reconciler.model.finding import Loc, Severity
from reconciler.model.phase import phase
from reconciler.model.snapshot import Entry, Snapshot
from reconciler.pull_requests.check_edit import Base, Draft, new_findings, propose, read_base
from reconciler.render.console import has_colour, text_width, write, write_line
from reconciler.render.escape import terminal
from reconciler.render.findings import CheckResult, as_text
from reconciler.render.next_steps import next_steps
from reconciler.services.environment import variables
from reconciler.services.errors import SetupError
from reconciler.services.git.user import user_email
from reconciler.services.git.work_tree import write_file
from reconciler.services.retry import RetryPolicy
from reconciler.services.settings import read_timeout


@dataclass(frozen=True)
class EditSession:
    """The files in front of somebody who edits, and how the edit is to be kept."""

    repo: Path
    now: datetime
    base: Base
    pr: bool
    dry_run: bool
    yes: bool
    draft: AnswerDraft

    @property
    def snapshot(self) -> Snapshot:
        """What the files say."""
        return self.base.snapshot

    def entry(self, ticket: str) -> Entry:
        """The escalation of a ticket. Raises UsageError when there is none."""
        known = {each.escalation.ticket: each for each in self.snapshot.entries}
        if ticket in known:
            return known[ticket]
        guess = did_you_mean(ticket, known)
        raise click.UsageError(
            f"There is no escalation of {terminal(ticket)} that can be read. {guess}To "
            f"escalate the ticket: escalate open {terminal(ticket)}"
        )

    def open_entry(self, ticket: str) -> Entry:
        """The escalation of a ticket that has not ended. Raises UsageError when it has."""
        entry = self.entry(ticket)
        state = phase(entry.escalation)
        if state.ended:
            raise click.UsageError(
                f"The escalation of {ticket} is {state}. To escalate the ticket again: "
                f"escalate reopen {ticket}"
            )
        return entry

    def me(self, among: Mapping[str, str]) -> str:
        """Whoever edits, by the e-mail address that git knows, if they are among these."""
        email = user_email(self.repo)
        people = self.snapshot.roster.people
        mine = (handle for handle, each in people.items() if each.email.lower() == email)
        found = next(mine, "")
        return found if found in among else ""

    def answered(
        self,
        given: Mapping[str, str | None],
        blanks: Sequence[Blank],
        path: str,
        build: Callable[[Mapping[str, str]], bytes],
        places: Mapping[str, Loc],
    ) -> tuple[dict[str, str], bytes]:
        """The answers and the file by them; asks for what was not given.

        `places` says where the file has each answer, by which each is checked when it is given.
        """
        base = self.base
        check = AnswerCheck(base.raws, base.loaded, self.now, path, build, places, blanks)
        said = fill(given, blanks, self.draft, check.wrong)
        return said, build(said)

    def keep(self, path: str, data: bytes, subject: str, *, begins: bool = False) -> int:
        """Show the edit, check it, and write it or open a pull request.

        `begins` is true for a new escalation or episode.
        """
        draft = Draft(path, data, subject)
        if data == self.base.bytes_of(path):
            write_line(f"{path} already has these values. Nothing was written.")
            return Exit.FINE
        _show_difference(self.base.bytes_of(path), draft)
        found = new_findings(self.repo, self.now, self.base, draft)
        if found.findings:
            report = CheckResult(list(found.findings), 1, found.sources)
            write(as_text(report, colour=has_colour(), width=text_width()))
        if any(each.severity is Severity.ERROR for each in found.findings):
            write_line("Nothing was written.")
            if asking():
                show_kept_answers()
            return Exit.FAILURE
        if self.dry_run:
            write_line("Nothing was written, because of --dry-run.")
            return Exit.FINE
        what = "Open a pull request with this change?" if self.pr else "Write this change?"
        if not self.yes and asking() and not confirm(what):
            write_line("Nothing was written.")
            show_kept_answers()
            return Exit.FINE
        if self.pr:
            open_pull_request(self.now, self.base, draft, begins=begins)
            self.draft.drop()
            return Exit.FINE
        write_file(self.repo / path, data)
        self.draft.drop()
        write_line(f"Wrote {path}.")
        write_line(
            "Next: commit the file on a branch and open a pull request. Or run the command "
            "with --pr."
        )
        return Exit.FINE


def base_of(repo: Path, *, remote: bool) -> Base:
    """What an edit starts from: the folder, or the remote's main branch. Raises SetupError."""
    return read_base(repo, remote=remote, github=own_github(repo) if remote else None)


def open_pull_request(now: datetime, base: Base, draft: Draft, *, begins: bool = False) -> None:
    """Push a branch with the draft, show where its pull request is and what happens next.

    `begins` is true for a new escalation or episode. Raises SetupError.
    """
    github = own_github(base.remote.repo) if base.remote else None
    made = propose(now, base, draft, github, read_timeout(variables()), RetryPolicy())
    write_line(f"Pushed branch {made.branch}.")
    if made.url:
        write_line(f"Pull request: {made.url}")
        desk = Path(draft.path).stem.rpartition("-")[0]
        for number, line in enumerate(next_steps(base.snapshot.policy, desk, begins=begins), 1):
            write_line(f"  {number}. {line}")
    else:
        write_line(f"Open a pull request from this branch: {made.compare}")


def editing(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the options of an edit, and an `EditSession` in their place."""

    @repo_option
    @now_option
    @click.option(
        "--pr",
        is_flag=True,
        help="Push a branch with the change and open a pull request. The branch starts at the "
        "remote's main branch; your folder stays unchanged.",
    )
    @click.option("--dry-run", is_flag=True, help="Show and check the change, and write nothing.")
    @click.option("-y", "--yes", is_flag=True, help="Don't ask before writing.")
    @resume_option
    @ask_option
    @functools.wraps(command)
    def run(  # noqa: PLR0913 - click passes the options by name
        *,
        repo: Path,
        now: datetime,
        pr: bool,
        dry_run: bool,
        yes: bool,
        resume: bool,
        ask: bool | None,
        **rest: Any,  # noqa: ANN401
    ) -> int:
        def begun() -> int:
            ask_always(wanted=ask)
            base = base_of(repo, remote=pr)
            name = click.get_current_context().info_name or ""
            draft = draft_of(repo, name, rest["ticket"], resume=resume)
            try:
                return command(EditSession(repo, now, base, pr, dry_run, yes, draft), **rest)
            except EditRefusedError as refused:
                raise SetupError(str(refused), "") from refused

        return reporting_errors(begun)()

    return run


def _show_difference(before: bytes, draft: Draft) -> None:
    old, new = (each.decode("utf-8", "replace").splitlines() for each in (before, draft.data))
    name = draft.path if before else "/dev/null"
    for line in difflib.unified_diff(old, new, name, draft.path, lineterm=""):
        write_line(line, {"+": "green", "-": "red", "@": "cyan"}.get(line[:1], ""))
