"""`escalate plan`: what apply would do."""

from dataclasses import replace
from pathlib import Path

import click

from reconciler.cli.comments import comment_of
from reconciler.cli.exits import Exit
from reconciler.cli.files import read_files
from reconciler.cli.merge_candidates import dry_notes
from reconciler.cli.options import Options
from reconciler.cli.output_format import ALL, OutputFormat, format_option
from reconciler.cli.planned_run import PlannedRun, planned_run
from reconciler.cli.reconcile import print_diagnostics, reconciling, refuse
from reconciler.model.change import Plan
from reconciler.reconcile.engine.previews import plan_previews
from reconciler.redaction import redact_tokens
from reconciler.render.console import emit, write, write_json
from reconciler.render.plan_data import plan_sheet
from reconciler.render.plan_markdown import plan_markdown
from reconciler.render.plan_text import plan_text
from reconciler.render.sheet import sheet_csv


@click.command()
@format_option(*ALL)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also save the plan to this file, for `escalate apply FILE`.",
)
@click.option(
    "--pull-request",
    metavar="NUMBER",
    help="Print only the comment for this open pull request.",
)
@click.option("--exit-code", is_flag=True, help="Exit with 3 if there are changes.")
@reconciling
def plan(
    options: Options,
    *,
    style: OutputFormat,
    out: Path | None,
    pull_request: str | None,
    exit_code: bool,
) -> int:
    """Show what `escalate apply` would change in Jira and Slack. Changes nothing.

    Without GITHUB_TOKEN, the command uses the token of `gh` for the repository of origin.
    """
    files = read_files(options)
    personal = replace(options, is_personal=True)
    with planned_run(personal, files, previews=pull_request is not None) as seen:
        found = seen.run.plan
        found = found.model_copy(update={"notices": (*found.notices, *dry_notes(seen))})
        if pull_request is not None:
            plan_previews(seen.run, (), seen.progress)
    if pull_request is not None:
        return _print_pull_request(seen, pull_request.removeprefix("#"))
    _print(found, style)
    if out is not None:
        out.write_text(redact_tokens(found.model_dump_json(indent=2)) + "\n", encoding="utf-8")
    if files.broken or found.problems:
        return Exit.FAILURE
    return Exit.PENDING if exit_code and found.changes else Exit.FINE


def _print_pull_request(seen: PlannedRun, number: str) -> int:
    for each in seen.answers.previews:
        if each.opened.pull_request.id == number:
            write(comment_of(seen, each))
            return Exit.FINE
    print_diagnostics(seen.answers.diagnostics)
    return refuse(
        Exit.FAILURE,
        f"{number} is not an open pull request that changes escalations, policy or roster",
        "List open pull requests: escalate status",
    )


def _print(found: Plan, style: OutputFormat) -> None:
    if style is OutputFormat.JSON:
        write_json(found)
    elif style is OutputFormat.MARKDOWN:
        write(plan_markdown(found))
    elif style is OutputFormat.CSV:
        write(sheet_csv(plan_sheet(found)))
    else:
        emit(plan_text(found))
