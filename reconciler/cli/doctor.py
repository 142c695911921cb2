"""`escalate doctor`: whether everything is set up, and what to do where it is not."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import click

from reconciler.cli.doctor_live import LiveOptions, examine_live
from reconciler.cli.exits import Exit
from reconciler.cli.options import now_option, repo_option
from reconciler.cli.output_format import ALL, OutputFormat, format_option, write_data
from reconciler.cli.own_github import own_forge
from reconciler.cli.reconcile import reporting_errors
from reconciler.cli.ticket_key import TICKET
from reconciler.doctor.files import examine_files
from reconciler.doctor.github import examine_github
from reconciler.doctor.jira import examine_jira
from reconciler.doctor.people import PeopleCheck, examine_people
from reconciler.doctor.seals import examine_seals
from reconciler.doctor.slack import examine_slack
from reconciler.doctor.tokens import examine_token
from reconciler.load.insert import with_ids
from reconciler.load.raw import ROSTER_PATH, RawFile
from reconciler.load.snapshot import Loaded, load_snapshot
from reconciler.model.setup_check import Health, SetupCheck, unknown, wrong
from reconciler.render.console import (
    ShownProgress,
    emit,
    showing_progress,
    write_line,
)
from reconciler.render.setup_checks import examined_table
from reconciler.render.setup_data import doctor_output, doctor_sheet
from reconciler.services.connect import Gateways, connect
from reconciler.services.connect_forge import ConnectedForge, connect_forge
from reconciler.services.environment import variables
from reconciler.services.errors import SetupError
from reconciler.services.git.work_tree import read_worktree, replace_file
from reconciler.services.retry import RetryPolicy
from reconciler.services.settings import (
    ForgeKind,
    Settings,
    read_settings,
    read_timeout,
)

_WORKERS: Final = 8
_KEYS: Final = ("slack", "jira", "github_id")


@dataclass(frozen=True)
class _Services:
    """What can be reached, and why the rest cannot."""

    settings: Settings | None
    gateways: Gateways | None
    connected: ConnectedForge | None
    missing: tuple[SetupCheck, ...]


@click.command()
@repo_option
@now_option
@click.option(
    "--write-ids",
    is_flag=True,
    help="Write the ids that Slack, Jira and GitHub report into config/roster.yaml, where an id "
    "is missing.",
)
@format_option(*ALL, former=(OutputFormat.JSON,))
@click.option(
    "--live",
    is_flag=True,
    help="Try out what the services do, on a test ticket and in a test channel. Everything that "
    "the command makes is removed. Needs --ticket.",
)
@click.option(
    "--ticket",
    type=TICKET,
    metavar="KEY",
    help="With --live: an open ticket of a test project.",
)
@click.option(
    "--closed-ticket",
    type=TICKET,
    metavar="KEY",
    help="With --live: a closed ticket of a test project.",
)
@click.option(
    "--guest",
    metavar="NAME",
    default="",
    help="With --live: a guest of Slack to invite, by handle or e-mail address.",
)
@click.option(
    "--answers",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="With --live: write the answers into this file, without names, ids and tokens.",
)
@reporting_errors
def doctor(  # noqa: PLR0913 - click passes the options by name
    *,
    repo: Path,
    now: datetime,
    write_ids: bool,
    style: OutputFormat,
    live: bool,
    ticket: str | None,
    closed_ticket: str | None,
    guest: str,
    answers: Path | None,
) -> int:
    """Check that everything is set up: files, clone, Jira, Slack, GitHub and the people's accounts.

    Each line begins with ok, a cross or a question mark. A cross is a problem, with a remedy. A
    question mark is a setting that the command could not check. Exit status: 0 without a cross, 1
    with one. Without --live, the command changes nothing in Jira, Slack or GitHub.
    """
    raws = read_worktree(repo)
    loaded = load_snapshot(raws)
    if live != bool(ticket) or (not live and (closed_ticket or guest or answers)):
        raise click.UsageError("--live needs --ticket, and the options of --live need --live.")
    if live and write_ids:
        raise click.UsageError("--live does not go with --write-ids.")
    if ticket:
        options = LiveOptions(ticket, closed_ticket or "", guest, answers, style)
        return examine_live(repo, raws, loaded, options)
    lines = list(examine_files(repo, loaded, raws, now))
    found = PeopleCheck((), {})
    with showing_progress() as progress, ExitStack() as stack:
        services = _services(stack, repo, loaded)
        lines += services.missing
        if loaded.snapshot is not None:
            lines += _examined(services, loaded, now, progress)
            found = _people(services, loaded, progress)
            lines += found.lines
    _print(lines, style)
    if write_ids:
        _write(repo, raws, loaded, found.ids)
    bad = any(each.health is Health.WRONG for each in lines)
    return Exit.FAILURE if bad else Exit.FINE


def _print(lines: Sequence[SetupCheck], style: OutputFormat) -> None:
    if style is OutputFormat.TEXT:
        emit(examined_table(lines))
    else:
        write_data(doctor_output(lines), doctor_sheet(lines), style)


def _services(stack: ExitStack, repo: Path, loaded: Loaded) -> _Services:
    missing: list[SetupCheck] = []
    gateways: Gateways | None = None
    settings: Settings | None = None
    timeout = read_timeout(variables())
    try:
        settings = read_settings(variables())
        gateways = stack.enter_context(connect(settings, RetryPolicy(), _WORKERS))
    except SetupError as error:
        missing.append(wrong("Jira", "environment", error.message, error.remedy))
    branch = loaded.policy.default_branch if loaded.policy else "main"
    connected: ConnectedForge | None = None
    try:
        kind, github = own_forge(repo, ForgeKind.AUTO)
        connected = stack.enter_context(
            connect_forge(kind, github, repo, branch, timeout, RetryPolicy())
        )
    except SetupError as error:
        missing.append(wrong("GitHub", "environment", error.message, error.remedy))
    if connected is None and not any(each.area == "GitHub" for each in missing):
        message = "GITHUB_TOKEN or GITHUB_REPOSITORY is not set"
        remedy = (
            "Set both, or run `gh auth login`, so that the rules of the branches and the schedule "
            "are checked."
        )
        missing.append(unknown("GitHub", "everything", message, remedy))
    return _Services(settings, gateways, connected, tuple(missing))


def _examined(
    services: _Services, loaded: Loaded, now: datetime, progress: ShownProgress
) -> Iterator[SetupCheck]:
    policy = loaded.policy
    assert policy is not None  # noqa: S101 - asked only of files that can be read
    desks = tuple(policy.desks)
    if services.gateways is not None:
        progress.stage("Checking Jira")
        yield from examine_jira(services.gateways.jira, policy, desks)
        if services.settings is not None:
            yield from examine_token(services.settings.jira, policy, now.date())
            yield from examine_seals(services.settings.jira)
        progress.stage("Checking Slack")
        yield from examine_slack(services.gateways.slack, policy, desks)
    if services.connected is not None:
        progress.stage("Checking GitHub")
        yield from examine_github(services.connected.forge, policy, now)


def _people(services: _Services, loaded: Loaded, progress: ShownProgress) -> PeopleCheck:
    roster, gateways = loaded.roster, services.gateways
    if roster is None or (gateways is None and services.connected is None):
        return PeopleCheck((), {})
    progress.stage("Looking up the people of the roster", len(roster.people))
    with ThreadPoolExecutor(_WORKERS) as pool:
        return examine_people(
            roster,
            gateways.slack if gateways else None,
            gateways.jira if gateways else None,
            services.connected.forge if services.connected else None,
            pool,
            progress.step,
        )


def _write(
    repo: Path, raws: list[RawFile], loaded: Loaded, ids: Mapping[str, Mapping[str, str]]
) -> None:
    """Write ids into the roster, and show what changed. Raises SetupError rather than harm it."""
    raw = next((each for each in raws if each.path == ROSTER_PATH), None)
    if raw is None or loaded.roster is None or not ids:
        write_line("No ids to write.")
        return
    new = {
        handle: {
            key: int(found[key]) if key == "github_id" else found[key]
            for key in _KEYS
            if key in found
        }
        for handle, found in ids.items()
    }
    written, left = with_ids(raw.data, ROSTER_PATH, new)
    _prove(raws, loaded, written, new, left)
    replace_file(repo / ROSTER_PATH, written)
    before, after = (text.decode().splitlines() for text in (raw.data, written))
    for line in difflib.unified_diff(before, after, ROSTER_PATH, ROSTER_PATH, lineterm="", n=1):
        write_line(line)
    for handle in left:
        message = ", ".join(f"{key}: {value}" for key, value in new[handle].items())
        write_line(
            f"The entry of {handle} in config/roster.yaml is written in braces. Add these ids "
            f"yourself: {message}"
        )


def _prove(
    raws: list[RawFile],
    loaded: Loaded,
    written: bytes,
    new: Mapping[str, Mapping[str, str | int]],
    left: tuple[str, ...],
) -> None:
    """Make sure that the new text says what the old one did and the ids, and nothing else."""
    others = [each for each in raws if each.path != ROSTER_PATH]
    again = load_snapshot([*others, RawFile(ROSTER_PATH, written)]).roster
    wanted = loaded.roster.model_dump() if loaded.roster else {}
    for handle, ids in new.items():
        if handle not in left:
            wanted["people"][handle].update(ids)
    if again is None or again.model_dump() != wanted:
        raise SetupError(
            "the ids can't be written into config/roster.yaml without changing other values",
            "Nothing was written. Add the ids yourself; `escalate doctor --format json` lists "
            "them.",
        )
