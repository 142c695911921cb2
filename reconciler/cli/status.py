"""`escalate status`: every escalation, and how many more each desk can accept."""

from dataclasses import replace

import click

from reconciler.cli.exits import Exit
from reconciler.cli.files import read_files
from reconciler.cli.options import Options
from reconciler.cli.output_format import ALL, OutputFormat, format_option
from reconciler.cli.read_status import read_status
from reconciler.cli.reconcile import print_diagnostics, reconciling
from reconciler.model.standing import Status
from reconciler.render.console import emit, noting_delay, write, write_error, write_json
from reconciler.render.status import status_table
from reconciler.render.status_data import status_csv, status_markdown


@click.command()
@click.option("--all", "everything", is_flag=True, help="Also show escalations that have ended.")
@reconciling
@format_option(*ALL, former=(OutputFormat.JSON,))
def status(options: Options, *, everything: bool, style: OutputFormat) -> int:
    """Show all escalations and how many more each desk can accept.

    The files, the git history and the branch `audit` of this clone are always shown. If the
    environment has tokens, the command also reads Jira, Slack and open pull requests. It then shows
    how they differ from the files. Without GITHUB_TOKEN, it uses the token of `gh` for the
    repository of origin. The last lines show what is missing, and why.

    An escalation that has ended is shown only while `apply` still has changes for it. To show all
    that have ended, use --all.
    """
    with noting_delay("Reading the files and their history ..."):
        files = read_files(options)
    personal = replace(options, is_personal=True)
    found = read_status(personal, files, everything=everything)
    _print(found.status, style)
    for each in found.remedies:
        write_error(f"  → {each}")
    print_diagnostics(found.diagnostics)
    return Exit.PARTIAL if found.is_partial else Exit.FINE


def _print(found: Status, style: OutputFormat) -> None:
    if style is OutputFormat.JSON:
        write_json(found)
    elif style is OutputFormat.MARKDOWN:
        write(status_markdown(found))
    elif style is OutputFormat.CSV:
        write(status_csv(found))
    else:
        emit(status_table(found))
