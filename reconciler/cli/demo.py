"""`escalate demo`: a whole escalation, with the real commands, in a sandbox."""

import subprocess
import sys

import click

from reconciler.cli.exits import Exit
from reconciler.demo.chapters import ALL, CHAPTERS, SHORT, table_of_contents
from reconciler.demo.company import DemoFailedError
from reconciler.demo.run_demo import run_demo
from reconciler.render.console import write_error, write_line, write_lines


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
        write_lines("\n".join(table_of_contents()))
        write_line("`escalate demo` shows the chapters with *.")
        return Exit.FINE
    try:
        run_demo(ALL if everything else chosen or SHORT)
    except DemoFailedError as error:
        write_lines(f"escalate: {error}", sys.stderr)
        return Exit.FAILURE
    except FileNotFoundError as error:
        missing = "git is not installed" if error.filename == "git" else str(error)
        write_error(f"escalate: {missing}")
        return Exit.FAILURE
    except subprocess.TimeoutExpired as error:
        write_lines(f"escalate: {error}", sys.stderr)
        return Exit.FAILURE
    return Exit.FINE
