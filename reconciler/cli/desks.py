"""`escalate desks`: the desks of the policy."""

from pathlib import Path

import click

from reconciler.cli.exits import Exit
from reconciler.cli.options import repo_option
from reconciler.cli.output_format import ALL, OutputFormat, format_option
from reconciler.load.snapshot import load_snapshot
from reconciler.model.policy import Policy
from reconciler.render.console import write, write_error, write_json
from reconciler.render.desk_data import ShownDesk, desks_matrix, desks_output
from reconciler.render.escape import terminal
from reconciler.render.sheet import sheet_csv, sheet_markdown, sheet_of
from reconciler.services.git.command import GitProblem
from reconciler.services.git.commits import head_commit
from reconciler.services.git.committed_files import read_revision
from reconciler.services.git.work_tree import NotOurs, read_worktree


@click.command()
@repo_option
@format_option(OutputFormat.MATRIX, *ALL)
def desks(repo: Path, style: OutputFormat) -> int:
    """Print the desks of the policy.

    The default format is a JSON list of their keys on one line, for jobs of a workflow. The policy
    is the committed one. Without a commit, it is the one in the folder.
    """
    try:
        head = head_commit(repo) if repo.is_dir() else None
        policy = load_snapshot(read_revision(repo, head) if head else read_worktree(repo)).policy
    except (GitProblem, NotOurs) as error:
        write_error(f"escalate: {error}")
        return Exit.USAGE
    if policy is None:
        write_error(
            "escalate: config/policy.yaml can't be read. Run `escalate check` and fix what it "
            "reports."
        )
        return Exit.FAILURE
    _print(policy, style)
    return Exit.FINE


def _print(policy: Policy, style: OutputFormat) -> None:
    found = desks_output(policy)
    if style is OutputFormat.JSON:
        write_json(found)
    elif style is OutputFormat.MARKDOWN:
        write(sheet_markdown(sheet_of(ShownDesk, found.desks)))
    elif style is OutputFormat.CSV:
        write(sheet_csv(sheet_of(ShownDesk, found.desks)))
    elif style is OutputFormat.MATRIX:
        write(desks_matrix(policy))
    else:
        write("".join(f"{each.desk}  {terminal(each.name)}\n" for each in found.desks))
