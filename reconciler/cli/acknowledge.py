"""`escalate acknowledge`: show on pull requests whether Dev Support has acknowledged them."""

from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

import click

from reconciler.cli.consents import consent_source, reviewing_by
from reconciler.cli.exits import Exit
from reconciler.cli.options import now_option, repo_option
from reconciler.cli.output_format import ALL, OutputFormat, format_option, write_data
from reconciler.cli.reconcile import reporting_errors
from reconciler.load.snapshot import Loaded, load_snapshot
from reconciler.model.snapshot import Snapshot
from reconciler.pull_requests.acknowledgement_status import keep_status
from reconciler.pull_requests.in_force import in_force
from reconciler.pull_requests.open import Main, Opened, read_open
from reconciler.render.ack_data import AcknowledgeOutput, ShownStatus, statuses_sheet
from reconciler.render.console import write_error, write_line
from reconciler.services.connect_forge import ConnectedForge, connect_forge
from reconciler.services.environment import variables
from reconciler.services.errors import ServiceError, SetupError
from reconciler.services.git.command import GitProblem
from reconciler.services.git.commits import head_commit
from reconciler.services.git.committed_files import read_revision
from reconciler.services.git.timeline import read_timeline
from reconciler.services.retry import RetryPolicy
from reconciler.services.settings import ForgeKind, read_forge_settings, read_timeout


@click.command()
@repo_option
@now_option
@click.option("--all", "everything", is_flag=True, help="All open pull requests.")
@format_option(*ALL)
@click.argument("numbers", nargs=-1, metavar="[NUMBER]...")
@reporting_errors
def acknowledge(
    *,
    repo: Path,
    now: datetime,
    everything: bool,
    style: OutputFormat,
    numbers: tuple[str, ...],
) -> int:
    """Set the commit status `escalations/ack` on the heads of open pull requests.

    The status is `pending` until each owner of a changed field has agreed. A new escalation also
    needs the approval of an acknowledger. Then it is `success`. Run the command on the main branch,
    because policy and roster are read from there. Needs GITHUB_TOKEN and GITHUB_REPOSITORY. Does
    not contact Jira or Slack.

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
    timeline = read_timeline(repo, now=now, known=loaded.by_bytes)
    wanted = None if everything else frozenset(each.removeprefix("#") for each in numbers)
    with _github(repo, loaded) as connected:
        assert connected is not None  # noqa: S101 - GitHub was asked for
        consents = consent_source(main, timeline, connected)
        standing = in_force(main, timeline, consents, configuration_only=True)
        snapshot = standing.main.loaded.snapshot or loaded.snapshot
        desks = frozenset(snapshot.policy.desks)
        reviewing = reviewing_by(snapshot, desks, now, consents)
        opened = read_open(standing.main, connected, reviewing, wanted)
        known = [each for each in opened if not each.by_stranger]
        found = [status for each in known if (status := _set(connected, each, snapshot))]
    _print(AcknowledgeOutput(statuses=tuple(found)), style)
    return Exit.FAILURE if len(found) < len(known) else Exit.FINE


def _github(repo: Path, loaded: Loaded) -> AbstractContextManager[ConnectedForge | None]:
    _, github = read_forge_settings(variables(), ForgeKind.GITHUB)
    branch = loaded.policy.default_branch if loaded.policy else "main"
    timeout = read_timeout(variables())
    return connect_forge(ForgeKind.GITHUB, github, repo, branch, timeout, RetryPolicy())


def _set(connected: ConnectedForge, opened: Opened, snapshot: Snapshot) -> ShownStatus | None:
    """The status that the pull request has now; None if GitHub refused it."""
    name = opened.pull_request.name
    try:
        status = keep_status(connected.forge, opened, snapshot)
    except ServiceError as error:
        write_error(f"escalate: {name}: {error}")
        write_error(f"  → {error.remedy or 'Run it again.'}")
        return None
    return ShownStatus(pull_request=name, state=status.state, description=status.description)


def _print(found: AcknowledgeOutput, style: OutputFormat) -> None:
    if style is not OutputFormat.TEXT:
        write_data(found, statuses_sheet(found), style)
        return
    for each in found.statuses:
        write_line(f"{each.pull_request}  {each.state}  {each.description}")
