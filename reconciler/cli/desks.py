"""`escalate desks`: the desks of the policy, for a workflow that runs one job for each."""

import json
from pathlib import Path

import click

from reconciler.cli.exits import Exit
from reconciler.cli.options import repo_option
from reconciler.load.snapshot import load_snapshot
from reconciler.services.git.work_tree import NotOurs, read_worktree


@click.command()
@repo_option
def desks(repo: Path) -> int:
    """Print the keys of the policy's desks as a JSON list, for the matrix of a workflow."""
    try:
        policy = load_snapshot(read_worktree(repo)).policy
    except NotOurs as error:
        click.echo(f"escalate: {error}", err=True)
        return Exit.USAGE
    if policy is None:
        click.echo(
            "escalate: config/policy.yaml can't be read. Run `escalate check` and fix what it "
            "reports.",
            err=True,
        )
        return Exit.FAILURE
    click.echo(json.dumps(list(policy.desks), separators=(",", ":")))
    return Exit.FINE
