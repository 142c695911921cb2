"""`escalate history`: what was intended and what was done."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click

from reconciler.audit.escalation_history import history_of, lately, with_notes, with_proposers
from reconciler.audit.seals import line_states, seal_states, with_seals
from reconciler.cli.exits import Exit
from reconciler.cli.main_branch import main_branch
from reconciler.cli.options import now_option, repo_option
from reconciler.cli.output_format import ALL, OutputFormat, format_option
from reconciler.cli.recorded import NO_MARKS, agreement_by_record, proposers_by_record
from reconciler.cli.ticket_key import TICKET
from reconciler.cli.verify import verify_branch
from reconciler.load.did_you_mean import did_you_mean
from reconciler.model.audit import AuditLine
from reconciler.model.audit_branch import FOLDER
from reconciler.model.escalation_history import EscalationHistory
from reconciler.model.timeline import Timeline
from reconciler.render.console import emit, write, write_error, write_json
from reconciler.render.history import history_markdown, history_text
from reconciler.render.history_data import history_output, history_sheet
from reconciler.render.sheet import sheet_csv
from reconciler.services.environment import variables
from reconciler.services.git.audit_branch import known_tip
from reconciler.services.git.audit_read import (
    audit_commits,
    audit_lines,
    steps,
)
from reconciler.services.git.command import GitProblem
from reconciler.services.git.main_line import main_tip
from reconciler.services.git.remote import Remote, choose_remote
from reconciler.services.git.timeline import read_timeline
from reconciler.services.settings import read_seal_keyring


@click.command()
@repo_option
@now_option
@click.option(
    "--verify",
    is_flag=True,
    help="Check that lines were only added to the audit branch, and that it agrees with main. "
    "Exit status 1 if not.",
)
@click.option("--offline", is_flag=True, help="With --verify: do not contact the remote.")
@click.option(
    "--known",
    metavar="FILE:LINE",
    multiple=True,
    help="With --verify: accept a line that an older version wrote while an acknowledgement "
    "could not be read. Repeatable.",
)
@click.option(
    "--audit-remote",
    metavar="NAME",
    help="The remote with the audit branch. Default: origin, if it exists.",
)
@click.option(
    "--limit",
    type=click.IntRange(1, 10_000),
    default=20,
    show_default=True,
    help="Without TICKET: how many of the latest events to show.",
)
@format_option(*ALL, former=(OutputFormat.JSON, OutputFormat.MARKDOWN))
@click.option("--full", is_flag=True, help="Show whole texts, also those over 100 characters.")
@click.argument("ticket", type=TICKET, required=False)
def history(  # noqa: PLR0913 - click passes the options by name
    *,
    repo: Path,
    now: datetime,
    verify: bool,
    offline: bool,
    known: tuple[str, ...],
    audit_remote: str | None,
    limit: int,
    style: OutputFormat,
    full: bool,
    ticket: str | None,
) -> int:
    """Show what the files asked for and what runs did for TICKET. Without TICKET: the latest.

    What the files asked for comes from the main branch, and what runs did from the branch `audit`.
    Both are read as far as this clone has fetched them. Jira and Slack are not contacted.
    """
    if verify and ticket:
        raise click.UsageError("--verify checks all escalations, so it takes no TICKET.")
    try:
        remote = choose_remote(repo, audit_remote)
        main = main_tip(repo, main_branch(repo), remote.name if remote else None)
        timeline = read_timeline(repo, main, now)
        if verify:
            return verify_branch(
                repo, remote, main, timeline, offline=offline, style=style, known=known
            )
        found = _read_history(repo, remote, timeline, ticket, limit)
    except GitProblem as problem:
        write_error(f"escalate history: {problem}")
        return Exit.USAGE
    if isinstance(found, str):
        write_error(f"escalate history: {found}")
        return Exit.FAILURE
    _print(found, style, full=full)
    return Exit.FINE


def _read_history(
    repo: Path, remote: Remote | None, timeline: Timeline, ticket: str | None, limit: int
) -> EscalationHistory | str:
    """The history, or why there is none."""
    tip = known_tip(repo, remote.name if remote else None)
    zone = timeline.policies[-1][1].time_zone if timeline.policies else "UTC"
    lines = list(_lines(repo, tip, ticket)) if tip else []
    agreement, notes = agreement_by_record(repo, tip, timeline, NO_MARKS)
    proposers = proposers_by_record(repo, tip)
    if ticket is None:
        found = lately(timeline, lines, zone, limit, agreement)
        return with_notes(with_proposers(found, proposers), notes)
    if ticket not in timeline.events and not lines:
        guess = did_you_mean(ticket, timeline.events)
        return f"the main branch never had a file of {ticket}. {guess}".strip()
    found = history_of(ticket, timeline, lines, zone, agreement)
    return with_notes(with_proposers(found, proposers), notes)


def _lines(repo: Path, tip: str, ticket: str | None) -> Iterator[AuditLine]:
    states = seal_states(audit_commits(repo, tip), read_seal_keyring(variables()))
    brought = line_states(steps(repo, tip, FOLDER), states)
    return with_seals(audit_lines(repo, tip, ticket), brought)


def _print(found: EscalationHistory, style: OutputFormat, *, full: bool) -> None:
    if style is OutputFormat.JSON:
        write_json(history_output(found))
    elif style is OutputFormat.MARKDOWN:
        write(history_markdown(found, full=full))
    elif style is OutputFormat.CSV:
        write(sheet_csv(history_sheet(found)))
    else:
        emit(history_text(found, full=full))
