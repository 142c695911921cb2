"""What `escalate form` and `escalate comment` share: the office, and what is printed."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from reconciler.edit.form_fields import FormProblem
from reconciler.pull_requests.check_edit import read_base
from reconciler.pull_requests.from_form import Office
from reconciler.render.console import write_line
from reconciler.services.environment import variables
from reconciler.services.github.form_issues import GitHubForms
from reconciler.services.github.wire import GitHubWire
from reconciler.services.retry import RetryPolicy
from reconciler.services.settings import ForgeKind, read_forge_settings, read_timeout


def event_option(what: str, refused: str) -> Callable[[Any], Any]:
    """`--event` of a command about `what`; `refused` is what it refuses then."""
    return click.option(
        "--event",
        type=click.Path(path_type=Path, dir_okay=False, exists=True),
        metavar="FILE",
        help=f"File with GitHub's event of the {what}, such as $GITHUB_EVENT_PATH. {refused} is "
        "refused.",
    )


@contextmanager
def form_office(repo: Path, now: datetime) -> Iterator[tuple[Office, GitHubWire]]:
    """What forms and comments are answered with."""
    _, github = read_forge_settings(variables(), ForgeKind.GITHUB)
    assert github is not None  # noqa: S101 - GitHub was asked for
    base = read_base(repo, remote=True, github=github)
    timeout, retries = read_timeout(variables()), RetryPolicy()
    with closing(GitHubWire(github, timeout, retries)) as wire:
        forms = GitHubForms(wire, github, base.snapshot.policy.default_branch)
        yield Office(repo, base, forms, github, now, timeout, retries), wire


def say(text: str) -> None:
    """Print a line. What people wrote may be in it, and a runner obeys commands in its log."""
    write_line(text)


def problem_line(problem: FormProblem) -> str:
    """One problem of what was sent, with its field if it has one."""
    return f"{problem.field}: {problem.what}" if problem.field else problem.what
