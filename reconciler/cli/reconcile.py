"""What plan, apply and status share: options, the files, and one boundary for errors."""

import functools
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from reconciler.cli.exits import Exit
from reconciler.cli.garbage_collection import reading
from reconciler.cli.options import (
    Options,
    budget_option,
    desk_option,
    forge_option,
    now_option,
    repo_option,
    workers_option,
)
from reconciler.model.diagnostic import Diagnostic
from reconciler.render.console import emit, write_error
from reconciler.services.errors import ServiceError, SetupError
from reconciler.services.git.command import GitProblem
from reconciler.services.git.work_tree import NotOurs
from reconciler.services.settings import ForgeKind


def reconciling(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the shared options, and turn its errors into messages and statuses."""

    @repo_option
    @now_option
    @click.option(
        "--thorough", is_flag=True, help="Also read bookmarks, pins, posts and remote links."
    )
    @workers_option
    @forge_option(
        "Where pull requests are: github; git (branches escalate/* of the remote origin); or none."
    )
    @desk_option
    @budget_option
    @functools.wraps(command)
    def run(  # noqa: PLR0913 - click passes the options by name
        *,
        repo: Path,
        now: datetime,
        thorough: bool,
        workers: int,
        forge: str,
        desks: tuple[str, ...],
        budget: float | None,
        **rest: Any,  # noqa: ANN401
    ) -> int:
        options = Options(repo, now, thorough, workers, ForgeKind(forge), desks, budget)
        with reading():
            return reporting_errors(command)(options, **rest)

    return run


def reporting_errors(command: Callable[..., int]) -> Callable[..., int]:
    """Turn a command's errors into messages and statuses."""

    @functools.wraps(command)
    def run(*arguments: Any, **options: Any) -> int:  # noqa: ANN401
        try:
            return command(*arguments, **options)
        except (SetupError, ServiceError) as error:
            return _print_error(Exit.FAILURE, str(error), error.remedy)
        except (GitProblem, NotOurs) as error:
            return _print_error(Exit.USAGE, str(error), "")

    return run


def _print_error(status: Exit, message: str, remedy: str) -> int:
    write_error(f"escalate: {message}")
    if remedy:
        write_error(f"  → {remedy}")
    return status


def refuse(status: Exit, message: str, remedy: str) -> int:
    """End with a message and a status of one's own."""
    return _print_error(status, message, remedy)


def show(renderable: Any) -> None:  # noqa: ANN401 - anything that rich prints
    """Print to stdout."""
    emit(renderable)


def print_diagnostics(diagnostics: Iterable[Diagnostic]) -> None:
    """Print diagnostics that are about no escalation to stderr."""
    for each in diagnostics:
        _print_error(Exit.FAILURE, each.message, each.remedy)
