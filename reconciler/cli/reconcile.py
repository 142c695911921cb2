"""What plan, apply and status share: options, the files, and one boundary for errors."""

import functools
import logging
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click

from reconciler.apply.look import look_and_plan
from reconciler.apply.request import Request, Run
from reconciler.cli.exits import Exit
from reconciler.cli.options import now_option, repo_option
from reconciler.desire.case import Case, judge_history, plain_cases, recently_touched
from reconciler.desire.desired import desire
from reconciler.judge.judge import judge
from reconciler.load.book import load_book
from reconciler.load.raw import tickets_in
from reconciler.model.admission import Admissions
from reconciler.model.arrival import Arrival
from reconciler.model.book import Book
from reconciler.model.finding import Finding, Severity
from reconciler.model.timeline import Timeline
from reconciler.render.console import ShownProgress, emit, showing_progress
from reconciler.render.escape import terminal
from reconciler.services.errors import ServiceError, SetupError
from reconciler.services.files import NotOurs, read_worktree
from reconciler.services.gateways import connect
from reconciler.services.git import (
    GitProblem,
    head_commit,
)
from reconciler.services.retry import RetryPolicy
from reconciler.services.secrets import redact
from reconciler.services.settings import Settings, read_settings
from reconciler.services.timeline import read_timeline

_CHATTY: Final = 2
_GOES_ON: Final = "The other escalations go on. Details: escalate check"


@dataclass(frozen=True)
class Options:
    """The options that every reconciling command has."""

    repo: Path
    now: datetime
    thorough: bool
    workers: int


@dataclass(frozen=True)
class Files:
    """The files of a repository and its history."""

    book: Book
    findings: tuple[Finding, ...]
    declared: frozenset[str]
    """The tickets that have a file, readable or not."""
    cases: tuple[Case, ...]
    admissions: Admissions | None
    """Who is admitted; None where there is no history to tell."""
    timeline: Timeline | None
    arrivals: Mapping[str, Arrival]
    revision: str
    recent: frozenset[str] | None

    @property
    def broken(self) -> int:
        """How many findings are errors."""
        return sum(each.severity is Severity.ERROR for each in self.findings)


def reconciling(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the shared options, and turn its errors into messages and statuses."""

    @repo_option
    @now_option
    @click.option(
        "--thorough", is_flag=True, help="Also read bookmarks, pins, posts and remote links."
    )
    @click.option(
        "--workers",
        type=click.IntRange(1, 32),
        default=8,
        show_default=True,
        help="Escalations looked at side by side.",
    )
    @click.option("-v", "--verbose", count=True, help="-v says more, -vv names every call.")
    @functools.wraps(command)
    def run(
        repo: Path,
        now: datetime,
        thorough: bool,  # noqa: FBT001
        workers: int,
        verbose: int,
        **rest: Any,  # noqa: ANN401
    ) -> int:
        _log_to_stderr(verbose)
        try:
            return command(Options(repo, now, thorough, workers), **rest)
        except (SetupError, ServiceError) as error:
            return _tell(Exit.FAILURE, str(error), error.cure)
        except (GitProblem, NotOurs) as error:
            return _tell(Exit.USAGE, str(error), "")

    return run


class _Redacted(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


def _log_to_stderr(verbose: int) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Redacted("%(asctime)s %(name)s %(message)s"))
    log = logging.getLogger("reconciler")
    log.handlers = [handler]
    log.propagate = False
    log.setLevel(logging.DEBUG if verbose >= _CHATTY else logging.INFO if verbose else "WARNING")


def _tell(status: Exit, message: str, cure: str) -> int:
    click.echo(terminal(f"escalate: {message}"), err=True)
    if cure:
        click.echo(terminal(f"  → {cure}"), err=True)
    return status


def read_files(options: Options) -> Files:
    """The files that count, with everything that is wrong in them told on stderr."""
    loaded = load_book(read_worktree(options.repo))
    book = loaded.book
    if book is None:
        show_findings(loaded.findings, then="")
        raise SetupError(
            "the policy or the roster can't be read", "Run: escalate check, and mend what it finds."
        )
    head = head_commit(options.repo)
    timeline = read_timeline(options.repo, now=options.now) if head else None
    arrived = timeline.arrivals if timeline else {}
    found = [*loaded.findings, *judge(book, arrived or None, options.now, sources=loaded.sources)]
    cases, admissions = plain_cases(book), None
    if timeline is not None:
        cases, admissions = judge_history(book, timeline, loaded.sources, options.now)
        # What passes a limit is held, and told as that.
        found = [each for each in found if not each.rule.startswith("limit-")]
    show_findings(tuple(found))
    return Files(
        book=book,
        findings=tuple(found),
        declared=frozenset(tickets_in(loaded.sources)),
        cases=cases,
        admissions=admissions,
        timeline=timeline,
        arrivals=arrived,
        revision=head or "",
        recent=recently_touched(timeline) if timeline else None,
    )


def show_findings(findings: tuple[Finding, ...], then: str = _GOES_ON) -> None:
    """Tell on stderr what is wrong in the files."""
    for each in findings:
        line = f"{each.position}: {each.severity}: {each.rule}: {each.message}"
        click.echo(terminal(line), err=True)
    if findings and then:
        click.echo(then, err=True)


@contextmanager
def looking(options: Options, files: Files) -> Iterator[tuple[Run, ShownProgress]]:
    """A run that has looked and planned."""
    settings = read_settings(os.environ)
    request = make_request(options, files, settings)
    with (
        showing_progress() as progress,
        connect(settings, RetryPolicy(), options.workers) as gateways,
    ):
        yield look_and_plan(request, gateways, progress), progress


def make_request(options: Options, files: Files, settings: Settings) -> Request:
    """What a run is to do."""
    policy = files.book.policy
    return Request(
        desired=desire(files.book, files.cases, settings.jira.url, files.arrivals),
        declared=files.declared,
        roster=files.book.roster,
        label=policy.jira.label,
        projects=tuple(policy.desks),
        now=options.now,
        revision=files.revision,
        recent=files.recent,
        thorough=options.thorough,
    )


def refuse(status: Exit, message: str, cure: str) -> int:
    """End with a message and a status of one's own."""
    return _tell(status, message, cure)


def show(renderable: Any) -> None:  # noqa: ANN401 - anything that rich prints
    """Print to stdout."""
    emit(renderable)
