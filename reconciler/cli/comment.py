"""`escalate comment`: carry out a command that somebody wrote into a comment."""

from datetime import datetime
from pathlib import Path

import click

from reconciler.cli.exits import Exit
from reconciler.cli.form_office import event_option, form_office, problem_line, say
from reconciler.cli.options import now_option, repo_option
from reconciler.cli.reconcile import reporting_errors
from reconciler.model.forge import IssueComment
from reconciler.pull_requests.from_comment import (
    Commanded,
    CommentOffice,
    CommentOutcome,
    Helped,
    answer_comment,
)
from reconciler.pull_requests.from_form import Ignored, Office, Submitted, Unfit
from reconciler.render.command_reply import (
    carried_out_reply,
    help_reply,
    reply_marker,
    unfit_reply,
)
from reconciler.render.form_comment import MARKER
from reconciler.services.errors import SetupError
from reconciler.services.github.comments import DONE, NOT_DONE, GitHubComments
from reconciler.services.github.event import CommentEvent, read_comment_event


@click.command()
@repo_option
@now_option
@event_option("comment", "A comment that was edited since")
@click.argument("comment", metavar="ID", type=click.IntRange(min=1))
@reporting_errors
def comment(repo: Path, now: datetime, event: Path | None, comment: int) -> int:
    """Carry out the command in the comment with this ID, in the name of its author.

    A command is a comment of one line, such as /assign mei. Write it on a pull request that changes
    one escalation, or on the issue of a form. The command edits the branch of the open pull
    request. If the pull request is merged, it opens another one. /help lists the commands. Needs
    GITHUB_TOKEN and GITHUB_REPOSITORY.

    If it is done, the tool reacts to the comment with +1. Otherwise it replies. It answers each
    comment once.
    """
    comment_event = read_comment_event(event) if event is not None else None
    if comment_event is not None and comment_event.comment != comment:
        raise click.UsageError(
            f"The event is about comment {comment_event.comment}, not about {comment}."
        )
    with form_office(repo, now) as (office, wire):
        branch = office.base.snapshot.policy.default_branch
        desk = CommentOffice(office, GitHubComments(wire, office.github, branch), MARKER)
        return _answered(desk, comment, comment_event)


def _answered(desk: CommentOffice, number: int, event: CommentEvent | None) -> int:
    found = desk.comments.comment(number)
    if found is None:
        raise SetupError(f"the repository has no comment {number}", "Check the id.")
    outcome = answer_comment(desk, found, event)
    if isinstance(outcome, Ignored):
        say(f"Comment {number} is not processed: {outcome.why}.")
        return Exit.FINE
    url = _address(desk.office, found)
    if (reply := _reply(url, outcome)) is not None:
        desk.comments.forge.comment(str(found.number), reply_marker(number), reply)
    # The reaction is the memory, so it comes last.
    desk.comments.react(number, NOT_DONE if isinstance(outcome, Unfit) else DONE)
    for each in outcome.problems if isinstance(outcome, Unfit) else ():
        say(f"Comment {number}: {problem_line(each)}")
    if isinstance(outcome, Commanded | Submitted):
        say(f"Comment {number} is carried out{_where(outcome)}.")
    return Exit.FINE


def _reply(url: str, outcome: CommentOutcome) -> str | None:
    """What to reply; None where a reaction is enough."""
    if isinstance(outcome, Unfit):
        return unfit_reply(url, outcome.problems)
    if isinstance(outcome, Helped):
        return help_reply()
    if isinstance(outcome, Submitted):
        return carried_out_reply(url, outcome.url, outcome.name, outcome.notes)
    if isinstance(outcome, Commanded) and outcome.notes:
        return carried_out_reply(url, "", "", outcome.notes)
    return None


def _address(office: Office, found: IssueComment) -> str:
    """Where people see the comment; GitHub leads from the page of an issue to a pull request."""
    server = office.base.snapshot.policy.repository_url
    return f"{server}/issues/{found.number}#issuecomment-{found.id}"


def _where(outcome: Commanded | Submitted) -> str:
    return f": {outcome.url}" if isinstance(outcome, Submitted) else ""
