"""`escalate report`: how many escalations there were, and how long they took."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from reconciler.cli.exits import Exit
from reconciler.cli.main_branch import main_branch
from reconciler.cli.options import now_option, repo_option
from reconciler.cli.output_format import ALL, OutputFormat, format_option
from reconciler.cli.report_figures import known_of, unknown_desk
from reconciler.history.figures.period import Period, month_of, year_to
from reconciler.history.figures.report import ReportRequest
from reconciler.history.figures.report import report as make_report
from reconciler.history.remaining_capacity import day_of
from reconciler.model.report import Report
from reconciler.render.bars import can_draw
from reconciler.render.console import emit, write, write_error, write_json
from reconciler.render.report_data import report_sheet
from reconciler.render.report_markdown import report_markdown
from reconciler.render.report_text import report_text
from reconciler.render.sheet import sheet_csv
from reconciler.services.git.command import GitProblem
from reconciler.services.git.main_line import main_tip
from reconciler.services.git.remote import choose_remote
from reconciler.services.git.timeline import read_timeline

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@repo_option
@now_option
@click.option("--month", metavar="MONTH", help="One month: 2026-11, `this` or `last`.")
@click.option("--since", type=_DAY, metavar="DAY", help="First day, such as 2026-11-01.")
@click.option("--until", type=_DAY, metavar="DAY", help="Last day. Default: today.")
@click.option(
    "--desk",
    "desks",
    multiple=True,
    metavar="KEY",
    help="Only the escalations of this desk. Repeatable.",
)
@click.option(
    "--audit-remote",
    metavar="NAME",
    help="The remote with the audit branch. Default: origin, if it exists.",
)
@format_option(*ALL, former=(OutputFormat.JSON, OutputFormat.MARKDOWN, OutputFormat.CSV))
@click.option("--ascii", "plain", is_flag=True, help="Draw bars with # only.")
def report(  # noqa: PLR0913 - click passes the options by name
    *,
    repo: Path,
    now: datetime,
    month: str | None,
    since: datetime | None,
    until: datetime | None,
    desks: tuple[str, ...],
    audit_remote: str | None,
    style: OutputFormat,
    plain: bool,
) -> int:
    """Count escalations, and how long they took to acknowledge, to assign and to resolve.

    The figures come from the main branch and the branch `audit`, as far as this clone has fetched
    them. Jira, Slack and GitHub are not contacted. Without a period, the report covers this month
    and the eleven months before it. Days and months begin in the time zone of the policy.

    Medians and 90th percentiles are values by nearest rank. A value that git does not show counts
    as unknown.
    """
    try:
        remote = choose_remote(repo, audit_remote)
        main = main_tip(repo, main_branch(repo), remote.name if remote else None)
        timeline = read_timeline(repo, main, now)
        zone = timeline.policies[-1][1].zone if timeline.policies else ZoneInfo("UTC")
        question = ReportRequest(_period(month, since, until, day_of(now, zone), zone), now, desks)
        if problem := unknown_desk(timeline, desks):
            raise click.UsageError(problem)
        known = known_of(repo, remote, main, timeline, question)
    except GitProblem as problem:
        write_error(f"escalate report: {problem}")
        return Exit.USAGE
    _print(make_report(known, question), style, plain=plain)
    return Exit.FINE


def _period(
    month: str | None,
    since: datetime | None,
    until: datetime | None,
    today: date,
    zone: ZoneInfo,
) -> Period:
    """The days that are asked for."""
    if month is not None:
        if since or until:
            raise click.UsageError("Give --month, or --since and --until, but not both")
        try:
            return month_of(month, today, zone)
        except ValueError as error:
            raise click.UsageError(f"--month: {error}") from error
    usual = year_to(until.date() if until else today, zone)
    found = Period(since.date() if since else usual.first, usual.after, zone)
    if found.first >= found.after:
        raise click.UsageError(f"--since {found.first} is after the last day, {found.last}")
    return found


def _print(made: Report, style: OutputFormat, *, plain: bool) -> None:
    if style is OutputFormat.JSON:
        write_json(made)
    elif style is OutputFormat.CSV:
        write(sheet_csv(report_sheet(made)))
    elif style is OutputFormat.MARKDOWN:
        write(report_markdown(made))
    else:
        emit(report_text(made, plain=plain or not can_draw()))
