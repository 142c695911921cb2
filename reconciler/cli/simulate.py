"""`escalate simulate`: the history under other limits."""

import gc
from datetime import datetime
from pathlib import Path

import click

from reconciler.cli.exits import Exit
from reconciler.cli.main_branch import main_branch
from reconciler.cli.options import now_option, repo_option
from reconciler.cli.output_format import ALL, OutputFormat, format_option
from reconciler.cli.report_figures import recorded_history, unknown_desk
from reconciler.history.simulation import desks_of_history
from reconciler.history.simulation import simulate as simulated
from reconciler.model.simulation import OtherLimits, Simulation
from reconciler.render.console import emit, write, write_error, write_json
from reconciler.render.sheet import sheet_csv
from reconciler.render.simulation import simulation_text
from reconciler.render.simulation_data import simulation_markdown, simulation_sheet
from reconciler.services.git.command import GitProblem
from reconciler.services.git.main_line import main_tip
from reconciler.services.git.remote import choose_remote
from reconciler.services.git.timeline import read_timeline


@click.command()
@repo_option
@now_option
@click.option("--per-day", type=click.IntRange(0), help="New escalations of a desk in a day.")
@click.option("--active", type=click.IntRange(0), help="Active escalations of a desk.")
@click.option("--per-assignee", type=click.IntRange(1), help="Active escalations of an assignee.")
@click.option(
    "--desk",
    "desks",
    multiple=True,
    metavar="KEY",
    help="Change the limits of this desk only. Repeatable. Default: all desks.",
)
@click.option(
    "--audit-remote",
    metavar="NAME",
    help="The remote with the audit branch. Default: origin, if it exists.",
)
@format_option(*ALL)
def simulate(  # noqa: PLR0913 - click passes the options by name
    *,
    repo: Path,
    now: datetime,
    per_day: int | None,
    active: int | None,
    per_assignee: int | None,
    desks: tuple[str, ...],
    audit_remote: str | None,
    style: OutputFormat,
) -> int:
    """Replay the history under other limits, and compare it with what happened.

    The result shows which escalations would have waited, how long, and which would never have been
    admitted. A limit that you leave out keeps the value that was in force at each time. Jira, Slack
    and GitHub are not contacted.
    """
    other = OtherLimits(per_day, active, per_assignee)
    if other == OtherLimits():
        raise click.UsageError("Give a limit: --per-day, --active or --per-assignee")
    try:
        remote = choose_remote(repo, audit_remote)
        main = main_tip(repo, main_branch(repo), remote.name if remote else None)
        timeline = read_timeline(repo, main, now)
        if problem := unknown_desk(timeline, desks):
            raise click.UsageError(problem)
        recorded = recorded_history(repo, remote, timeline, now)
    except GitProblem as problem:
        write_error(f"escalate simulate: {problem}")
        return Exit.USAGE
    gc.freeze()  # the history stays until the end, so looking for garbage in it costs time alone
    others = dict.fromkeys(desks or desks_of_history(timeline), other)
    _print(simulated(recorded.timeline, now, others, recorded.verdicts), style)
    return Exit.FINE


def _print(made: Simulation, style: OutputFormat) -> None:
    if style is OutputFormat.JSON:
        write_json(made)
    elif style is OutputFormat.CSV:
        write(sheet_csv(simulation_sheet(made)))
    elif style is OutputFormat.MARKDOWN:
        write(simulation_markdown(made))
    else:
        emit(simulation_text(made))
