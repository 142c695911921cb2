"""`escalate acknowledge`: show on pull requests whether Dev Support has acknowledged them."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Final

import click

from reconciler.cli.exits import Exit
from reconciler.cli.options import now_option, repo_option
from reconciler.cli.reconcile import reporting_errors
from reconciler.history.approvals import acknowledgement
from reconciler.load.snapshot import Loaded, load_snapshot
from reconciler.model.acknowledgement import Acknowledgement, Unacknowledged
from reconciler.model.forge import CheckState, CommitStatus
from reconciler.model.policy import AcknowledgementMeans
from reconciler.model.snapshot import Snapshot
from reconciler.pull_requests.open import Main, Opened, read_open
from reconciler.reconcile.wording.escape import one_line
from reconciler.render.escape import terminal
from reconciler.services.connect_forge import ConnectedForge, connect_forge
from reconciler.services.environment import variables
from reconciler.services.errors import ServiceError, SetupError
from reconciler.services.git.command import GitProblem
from reconciler.services.git.commits import head_commit
from reconciler.services.git.committed_files import read_revision
from reconciler.services.retry import RetryPolicy
from reconciler.services.settings import ForgeKind, read_forge_settings, read_timeout

CONTEXT: Final = "escalations/ack"
"""The name of the commit status; a ruleset can require it."""
_LONGEST: Final = 140
"""GitHub's limit for a status' description, in characters."""


@click.command()
@repo_option
@now_option
@click.option("--all", "everything", is_flag=True, help="All open pull requests.")
@click.argument("numbers", nargs=-1, metavar="[NUMBER]...")
@reporting_errors
def acknowledge(repo: Path, now: datetime, everything: bool, numbers: tuple[str, ...]) -> int:  # noqa: FBT001
    """Set the commit status `escalations/ack` on the heads of open pull requests.

    The status is `pending` until an acknowledger of each desk has approved the latest version of
    the pull request. Then it is `success`. Run the command on the main branch: the list of
    acknowledgers is read from there. Needs GITHUB_TOKEN and GITHUB_REPOSITORY. Does not contact
    Jira or Slack.

    The status is for people and rulesets. The reconciler reads reviews, not the status, because
    anyone with write access can set the status.
    """
    if everything == bool(numbers):
        raise click.UsageError("Give the numbers of pull requests, or --all.")
    head = head_commit(repo)
    if head is None:
        raise GitProblem(
            f"{repo} is not a git repository with a commit. Give the folder of one with --repo."
        )
    raws = read_revision(repo, head)
    loaded = load_snapshot(raws)
    if loaded.snapshot is None:
        raise SetupError(
            "config/policy.yaml or config/roster.yaml can't be read",
            "Run `escalate check` and fix what it reports.",
        )
    main = Main(repo, head, raws, loaded, now)
    policy = loaded.snapshot.policy
    desks = tuple(policy.desks) if policy.acknowledgement is AcknowledgementMeans.REVIEW else ()
    wanted = None if everything else frozenset(each.removeprefix("#") for each in numbers)
    with _github(repo, loaded) as connected:
        assert connected is not None  # noqa: S101 - GitHub was asked for
        opened = read_open(main, connected, desks, wanted)
        known = [each for each in opened if not each.by_stranger]
        failed = [each for each in known if not _set(connected, each, loaded.snapshot)]
    return Exit.FAILURE if failed else Exit.FINE


def _github(repo: Path, loaded: Loaded) -> AbstractContextManager[ConnectedForge | None]:
    _, github = read_forge_settings(variables(), ForgeKind.GITHUB)
    branch = loaded.policy.default_branch if loaded.policy else "main"
    timeout = read_timeout(variables())
    return connect_forge(ForgeKind.GITHUB, github, repo, branch, timeout, RetryPolicy())


def _set(connected: ConnectedForge, opened: Opened, snapshot: Snapshot) -> bool:
    state, description = _verdict(opened, snapshot)
    status = CommitStatus(CONTEXT, state, one_line(description, _LONGEST))
    name = opened.pull_request.name
    try:
        connected.forge.set_status(opened.pull_request.head, status)
    except ServiceError as error:
        click.echo(terminal(f"escalate: {name}: {error}"), err=True)
        click.echo(terminal(f"  → {error.remedy or 'Run it again.'}"), err=True)
        return False
    click.echo(terminal(f"{name}  {state}  {description}"))
    return True


def _verdict(opened: Opened, snapshot: Snapshot) -> tuple[CheckState, str]:
    if opened.diagnostic is not None or (opened.snapshot is None and opened.tickets):
        return CheckState.PENDING, "its files can't be read; see the check `escalations`"
    if snapshot.policy.acknowledgement is AcknowledgementMeans.MERGE:
        return (
            CheckState.SUCCESS,
            "merging it acknowledges its escalations (policy: acknowledgement)",
        )
    found = list(_by_desk(opened, snapshot))
    waiting = [each.why for each in found if isinstance(each, Unacknowledged)]
    if waiting:
        return CheckState.PENDING, waiting[0]
    names = dict.fromkeys(
        snapshot.roster.name(each.by) for each in found if isinstance(each, Acknowledgement)
    )
    if not names:
        return CheckState.SUCCESS, "it escalates nothing"
    return CheckState.SUCCESS, f"acknowledged by {', '.join(names)}"


def _by_desk(opened: Opened, snapshot: Snapshot) -> Iterator[Acknowledgement | Unacknowledged]:
    """A verdict for each desk to which it escalates."""
    for key in sorted({entry.escalation.desk for entry in opened.brings}):
        desk = snapshot.policy.desks.get(key)
        if desk is None:
            yield Unacknowledged(f"there is no desk {key}")
        else:
            initiators = opened.initiators(key)
            yield acknowledgement(
                opened.pull_request, opened.reviews, desk, snapshot.roster, initiators
            )
