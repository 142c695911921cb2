"""Why a run failed, as far as people must then do by hand what the tool does.

A broken file is no such failure: the plan comment and `check` report it, and the run does the rest.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import click

from reconciler.cli.exits import Exit
from reconciler.cli.failure_reports import FailureReports
from reconciler.cli.planned_run import PlannedRun
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.standstill import FailureCause, NotDone
from reconciler.services.errors import InternalError, ServiceError, SetupError
from reconciler.services.git.command import GitProblem
from reconciler.services.git.work_tree import NotOurs

_READS: Final = {
    "slack.read": NotDone.SLACK,
    "jira.read": NotDone.JIRA,
    "forge.read": NotDone.PULL_REQUESTS,
}
"""Facets of the diagnostics that a service could not be read in this run."""


def causes_of(seen: PlannedRun) -> tuple[FailureCause, ...]:
    """What a run that came to its end could not read. Each may pass: else the run had raised."""
    return tuple(_causes(seen.run.plan.diagnostics))


def _causes(diagnostics: tuple[Diagnostic, ...]) -> Iterator[FailureCause]:
    for each in diagnostics:
        if each.facet in _READS:
            yield FailureCause(each.message, each.remedy, _READS[each.facet], passing=True)


def unsafe_causes(status: int) -> tuple[FailureCause, ...]:
    """Why a run made none of its changes."""
    if status != Exit.UNSAFE:
        return ()
    message = "The plan is refused as unsafe: it would change more than the policy allows"
    remedy = "Read the plan in the log. If it is right, run `escalate apply` with --cap."
    return (FailureCause(message, remedy, NotDone.ALL, passing=False),)


@contextmanager
def reporting_failures(reports: FailureReports) -> Iterator[None]:
    """Report what a run raises, and raise it again."""
    try:
        yield
    except click.ClickException:  # wrong usage of the command
        raise
    except (SetupError, ServiceError) as error:
        reports.failed([_cause(error, error.remedy, passing=error.passing)])
        raise
    except (GitProblem, NotOurs) as error:
        reports.failed([_cause(error, "Read the log of the run.", passing=True)])
        raise
    except Exception as error:
        internal = InternalError(error)
        reports.failed([_cause(internal, "Please report this error.", passing=False)])
        raise


def _cause(error: Exception, remedy: str, *, passing: bool) -> FailureCause:
    return FailureCause(str(error), remedy, NotDone.ALL, passing=passing)
