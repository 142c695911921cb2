"""`escalate desks`: the desks of the policy, for a workflow that runs one job for each."""

import json
from pathlib import Path

import click

from reconciler.cli.exits import Exit
from reconciler.cli.options import repo_option
from reconciler.load.snapshot import load_snapshot
from reconciler.services.git.command import GitProblem
from reconciler.services.git.commits import head_commit
from reconciler.services.git.committed_files import read_revision
from reconciler.services.git.work_tree import NotOurs, read_worktree


@click.command()
@repo_option
def desks(repo: Path) -> int:
    """Print the keys of the policy's desks as a JSON list, for the matrix of a workflow.

    The policy is the committed one. Without a commit, it is the one in the folder.
    """
    try:
        head = head_commit(repo) if repo.is_dir() else None
        policy = load_snapshot(read_revision(repo, head) if head else read_worktree(repo)).policy
    except (GitProblem, NotOurs) as error:
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
