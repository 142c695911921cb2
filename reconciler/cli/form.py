"""`escalate form`: make a pull request of a form that somebody sent."""

from datetime import datetime
from pathlib import Path

import click

from reconciler.cli.exits import Exit
from reconciler.cli.form_office import event_option, form_office, problem_line, say
from reconciler.cli.options import now_option, repo_option
from reconciler.cli.reconcile import reporting_errors
from reconciler.pull_requests.from_form import Ignored, Office, Unfit, answer
from reconciler.render.form_comment import MARKER, proposed_comment, unfit_comment
from reconciler.services.errors import SetupError
from reconciler.services.github.event import IssueEvent, read_issue_event


@click.command()
@repo_option
@now_option
@event_option("issue", "A form that another person edited")
@click.argument("number", type=click.IntRange(min=1))
@reporting_errors
def form(repo: Path, now: datetime, event: Path | None, number: int) -> int:
    """Open a pull request from the form in issue NUMBER, in the name of its author.

    If the form has errors, they are listed in a comment on the issue. Otherwise the issue is closed
    with a link to the pull request. Running the command twice opens one pull request. Needs
    GITHUB_TOKEN and GITHUB_REPOSITORY.

    Without --event, the command does not check that only the author edited the form. Check it
    yourself first.
    """
    issue_event = read_issue_event(event) if event is not None else None
    if issue_event is not None and issue_event.number != number:
        raise click.UsageError(f"The event is about #{issue_event.number}, not about #{number}.")
    with form_office(repo, now) as (office, _):
        return _answered(office, number, issue_event)


def _answered(office: Office, number: int, issue_event: IssueEvent | None) -> int:
    issue = office.forms.issue(number)
    if issue is None:
        raise SetupError(f"the repository has no issue #{number}", "Check the number.")
    found = answer(office, issue, issue_event)
    if isinstance(found, Ignored):
        say(f"Issue #{number} is not processed: {found.why}.")
        return Exit.FINE
    if isinstance(found, Unfit):
        comment = unfit_comment(found.problems, is_final=found.is_final)
        office.forms.forge.comment(str(number), MARKER, comment)
        if found.is_final:
            office.forms.close(number)
        for each in found.problems:
            say(f"#{number}: {problem_line(each)}")
        return Exit.FINE
    comment = proposed_comment(found.url, found.name, found.notes)
    office.forms.forge.comment(str(number), MARKER, comment)
    office.forms.close(number)
    say(f"Issue #{number} became {found.name or 'a branch'}: {found.url}")
    return Exit.FINE
