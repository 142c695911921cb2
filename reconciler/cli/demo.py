"""`escalate demo`: a whole escalation, with the real commands, in a sandbox."""

import subprocess

import click

from reconciler.cli.exits import Exit
from reconciler.demo.company import DemoFailedError
from reconciler.demo.run_demo import run_demo
from reconciler.redaction import redact_tokens


@click.command()
def demo() -> int:
    """Run an example escalation from start to end, with the real commands, in a sandbox.

    Needs git. Does not read your files or contact any service, and deletes what it creates.
    """
    try:
        run_demo()
    except DemoFailedError as error:
        click.echo(redact_tokens(f"escalate: {error}"), err=True)
        return Exit.FAILURE
    except FileNotFoundError as error:
        missing = "git is not installed" if error.filename == "git" else str(error)
        click.echo(f"escalate: {missing}", err=True)
        return Exit.FAILURE
    except subprocess.TimeoutExpired as error:
        click.echo(redact_tokens(f"escalate: {error}"), err=True)
        return Exit.FAILURE
    return Exit.FINE
