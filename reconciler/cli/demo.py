"""`escalate demo`: a whole escalation, with the real commands, in a sandbox."""

import subprocess

import click

from reconciler.cli.exits import Exit
from reconciler.demo.chapters import ALL, CHAPTERS, SHORT, table_of_contents
from reconciler.demo.company import DemoFailedError
from reconciler.demo.run_demo import run_demo
from reconciler.render.escape import harmless


@click.command()
@click.option(
    "--chapter",
    "chosen",
    type=click.IntRange(1, len(CHAPTERS)),
    multiple=True,
    help="Show only this chapter. Repeatable. Default: the chapters that --list marks with *.",
)
@click.option("--all", "everything", is_flag=True, help="Show all chapters.")
@click.option("--list", "listed", is_flag=True, help="List the chapters, and run nothing.")
def demo(chosen: tuple[int, ...], everything: bool, listed: bool) -> int:  # noqa: FBT001
    """Run an example escalation from start to end, with the real commands, in a sandbox.

    Needs git. Does not read your files or contact any service, and deletes what it creates. What
    happens before the chosen chapters is run and not shown.
    """
    if listed:
        click.echo("\n".join(table_of_contents()))
        click.echo("`escalate demo` shows the chapters with *.")
        return Exit.FINE
    try:
        run_demo(ALL if everything else chosen or SHORT)
    except DemoFailedError as error:
        click.echo(harmless(f"escalate: {error}"), err=True)
        return Exit.FAILURE
    except FileNotFoundError as error:
        missing = "git is not installed" if error.filename == "git" else str(error)
        click.echo(f"escalate: {missing}", err=True)
        return Exit.FAILURE
    except subprocess.TimeoutExpired as error:
        click.echo(harmless(f"escalate: {error}"), err=True)
        return Exit.FAILURE
    return Exit.FINE
