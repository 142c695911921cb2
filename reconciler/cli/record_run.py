"""`--record`: what a run leaves on the audit branch."""

import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from reconciler.audit.records import RunFindings, records
from reconciler.cli.files import Files
from reconciler.cli.options import Options
from reconciler.cli.planned_run import PlannedRun
from reconciler.model.acknowledgement import Acknowledgement
from reconciler.model.audit import Acknowledged, FiledRecord, Stamp
from reconciler.model.keyring import Keyring
from reconciler.model.outcome import Outcome
from reconciler.model.phase import Phase
from reconciler.model.policy import AcknowledgementMeans
from reconciler.model.timeline import EventKind, Timeline
from reconciler.render.console import write_error
from reconciler.services.environment import variables
from reconciler.services.git.audit_branch import RECONCILED, known_tip
from reconciler.services.git.audit_read import last_reconciled
from reconciler.services.git.audit_write import Recorded, record
from reconciler.services.git.command import GitProblem
from reconciler.services.git.commits import includes, known_commit
from reconciler.services.git.committed_files import is_dirty
from reconciler.services.git.main_line import main_tip, newer_on_main, refuse_rewritten
from reconciler.services.git.remote import Remote, choose_remote
from reconciler.services.settings import ForgeKind, read_forge_settings, read_seal_keyring

_NOT_YET = frozenset({Phase.HELD, Phase.PROPOSED})
_BROUGHT = frozenset({EventKind.ESCALATED, EventKind.REOPENED, EventKind.RETURNED})


def recording_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--record` and where to."""
    command = click.option(
        "--audit-remote",
        metavar="NAME",
        help="The remote with the audit branch. Default: origin, if it exists.",
    )(command)
    return click.option(
        "--record",
        "recorded",
        is_flag=True,
        help="Append what the run changed to the branch `audit`.",
    )(command)


@dataclass(frozen=True)
class Recorder:
    """Knows where to record, before anything is done."""

    options: Options
    files: Files
    remote: Remote | None
    run: str

    @property
    def keyring(self) -> Keyring | None:
        """The keys with which commits of the audit branch are sealed."""
        return read_seal_keyring(variables())

    def entries(self, seen: PlannedRun, outcomes: tuple[Outcome, ...]) -> tuple[FiledRecord, ...]:
        """What the run leaves on the audit branch."""
        stamp = Stamp(self.run, self.files.revision, self.options.now)
        plan, judged = seen.run.plan, seen.admissions
        by_ticket = judged.by_ticket if judged else {}
        verdicts = RunFindings(by_ticket, tuple(_acknowledged(seen)))
        return records(stamp, plan, outcomes, verdicts, self.files.snapshot.roster)

    def record(self, seen: PlannedRun, outcomes: tuple[Outcome, ...]) -> Recorded:
        """Record a run that needed no lease, and report what could not be recorded."""
        entries = self.entries(seen, outcomes)
        done = record(
            self.options.repo, entries, self.remote, self.options.now, keyring=self.keyring
        )
        report(done)
        return done


def report(done: Recorded) -> None:
    """Print what could not be recorded to stderr."""
    if done.problem and not done.lines:
        print_to_stderr(f"the branch audit could not be written: {done.problem}")
    elif done.problem:
        print_to_stderr(f"{done.lines} line(s) were not added to the branch audit: {done.problem}")
    if done.kept_in is not None:
        print_to_stderr(
            f"  → They are saved in {done.kept_in}. The next run in this clone adds them."
        )
    for warning in done.warning.splitlines():
        print_to_stderr(warning)


def print_to_stderr(message: str) -> None:
    """Print a line to stderr, with the program's name unless it is indented."""
    write_error(f"escalate: {message}" if message[:1] != " " else message)


def recorder(
    options: Options, files: Files, *, recorded: bool, audit_remote: str | None
) -> Recorder | None:
    """Where to record; None when that is not asked for.

    Raises GitProblem when what is reconciled is no commit, for then no record could name it.
    """
    if not recorded:
        return None
    if not files.revision:
        raise GitProblem(
            "--record needs a git repository with a commit. Give its folder with --repo."
        )
    if options.has_files and is_dirty(options.repo):
        print_to_stderr(
            "your files differ from the last commit. With --record, only committed files count."
        )
    return Recorder(options, files, audit_remote_of(options.repo, audit_remote), run_id())


def audit_remote_of(repo: Path, asked: str | None) -> Remote | None:
    """The remote with the audit branch."""
    # Pushing needs a token where a workflow has one, whether or not it is for proposals.
    _, github = read_forge_settings(variables(), ForgeKind.AUTO)
    return choose_remote(repo, asked, github)


def refuse_other_history(files: Files, audit_remote: str | None) -> None:
    """Refuse a checkout that is older than what was reconciled, or a rewritten main line.

    Anyone who can push to the audit branch can write there which commit was reconciled. So that
    counts only if the main line has the commit. What this clone reconciled is its own knowledge.
    """
    repo, head = files.main.repo, files.revision
    if not head:
        return
    line = {each.sha for each in files.timeline.commits} if files.timeline else set()
    here = known_commit(repo, RECONCILED)
    if here and here not in line:
        refuse_rewritten(repo, here)
    remote = audit_remote or "origin"
    tip = known_tip(repo, remote)
    last = last_reconciled(repo, tip) if tip else None
    if last is None or last in line:
        return
    branch = files.snapshot.policy.default_branch
    if older := newer_on_main(repo, main_tip(repo, branch, remote), last):
        raise GitProblem(older)
    if not includes(repo, head, last):
        print_to_stderr(
            f"the branch audit names commit {last[:12]} as reconciled, which is not on this main "
            "branch. Find out who wrote that: escalate history --verify"
        )


def run_id() -> str:
    """The run's id: GitHub's with the number of the attempt, elsewhere by chance."""
    number = os.environ.get("GITHUB_RUN_ID", "")
    attempt = os.environ.get("GITHUB_RUN_ATTEMPT", "")
    if number.isdecimal():
        return f"{number}/{attempt if attempt.isdecimal() else '1'}"
    return f"local-{secrets.token_hex(6)}"


def _acknowledged(seen: PlannedRun) -> Iterator[Acknowledged]:
    """Who acknowledged what: a reviewer, or whoever merged it where the policy is content."""
    files, reviewed = seen.files, set[str]()
    for (ticket, commit), found in seen.answers.verdicts.items():
        reviewed.add(ticket)
        if isinstance(found, Acknowledgement):
            yield Acknowledged(
                ticket,
                AcknowledgementMeans.REVIEW,
                commit,
                by=found.by,
                pull_request=int(found.pull_request) if found.pull_request.isdecimal() else None,
                acknowledged_at=found.at,
                ready_at=found.ready_at,
            )
    if files.timeline is not None:
        for each in seen.run.plan.escalations:
            if each.ticket not in reviewed and each.phase not in _NOT_YET:
                yield from _brought(each.ticket, files.timeline)


def _brought(ticket: str, timeline: Timeline) -> Iterator[Acknowledged]:
    """By the commit that brought the current episode."""
    events = timeline.events.get(ticket, ())
    commit = next((event.commit for event in reversed(events) if event.kind in _BROUGHT), None)
    if commit is not None:
        yield Acknowledged(
            ticket, AcknowledgementMeans.MERGE, commit.sha, pull_request=commit.pull_request
        )
