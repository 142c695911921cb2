"""`escalate plan`: what apply would do."""

from pathlib import Path

import click

from reconciler.cli.exits import Exit
from reconciler.cli.reconcile import Options, looking, read_files, reconciling, show
from reconciler.model.change import Plan
from reconciler.render.plan_markdown import plan_markdown
from reconciler.render.plan_text import plan_text
from reconciler.services.secrets import redact


@click.command()
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="How to print the plan.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also save the plan, for: escalate apply FILE.",
)
@click.option("--exit-code", is_flag=True, help="Exit with 3 when there are changes.")
@reconciling
def plan(options: Options, style: str, out: Path | None, exit_code: bool) -> int:  # noqa: FBT001
    """Show what apply would do. Changes nothing."""
    files = read_files(options)
    with looking(options, files) as (run, _):
        found = run.plan
    print_plan(found, style)
    if out is not None:
        out.write_text(redact(found.model_dump_json(indent=2)) + "\n", encoding="utf-8")
    if files.broken or found.problems:
        return Exit.FAILURE
    return Exit.PENDING if exit_code and found.changes else Exit.FINE


def print_plan(found: Plan, style: str) -> None:
    """Print a plan in a style."""
    if style == "text":
        show(plan_text(found))
    elif style == "markdown":
        click.echo(redact(plan_markdown(found)), nl=False)
    else:
        click.echo(redact(found.model_dump_json(indent=2)))
