"""`escalate roster import`: people from Slack, Jira or a CSV file, merged into the roster."""

import difflib
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

import click

from reconciler.cli.answer_drafts import AnswerDraft, draft_of_setup
from reconciler.cli.exits import Exit
from reconciler.cli.options import ask_option, repo_option, resume_option
from reconciler.cli.output_format import ALL, OutputFormat, format_option, write_data
from reconciler.cli.prompts import ask_always, asking, confirm, show_kept_answers
from reconciler.cli.reconcile import reporting_errors
from reconciler.cli.roster_questions import RosterQuestions
from reconciler.edit.splice import EditRefusedError
from reconciler.load.raw import ROSTER_PATH
from reconciler.load.snapshot import load_snapshot
from reconciler.model.known_person import KnownPerson
from reconciler.model.roster import Roster
from reconciler.render.console import write_line
from reconciler.render.escape import terminal
from reconciler.render.roster_import import open_lines, summary_line
from reconciler.render.roster_import_data import roster_import_output, roster_import_sheet
from reconciler.services.environment import variables
from reconciler.services.errors import SetupError
from reconciler.services.git.work_tree import read_worktree, replace_file
from reconciler.services.jira.directory import JiraDirectory
from reconciler.services.jira.wire import JiraWire
from reconciler.services.retry import RetryPolicy
from reconciler.services.settings import read_jira_settings, read_slack_settings, read_timeout
from reconciler.services.slack.directory import SlackDirectory
from reconciler.services.slack.wire import SlackWire
from reconciler.setup.match_people import RosterImport, plan_import
from reconciler.setup.people_csv import PeopleFileError, read_people
from reconciler.setup.roster_edit import with_import

_MOST: Final = 4 * 1024 * 1024
"""Bytes of a CSV file."""


@click.command("import")
@repo_option
@click.option(
    "--slack", is_flag=True, help="Members of the Slack workspace with an e-mail address."
)
@click.option(
    "--jira",
    "project",
    metavar="KEY",
    help="People to whom tickets of this Jira project can be assigned.",
)
@click.option(
    "--csv",
    "file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="People in a CSV file. Its first line names the columns: name, email, github, team, role, "
    "crew, slack, jira, handle. Only email must be there.",
)
@click.option(
    "--group", metavar="HANDLE", default="", help="With --slack: only members of this user group."
)
@click.option(
    "--email-domain",
    "domains",
    metavar="DOMAIN",
    multiple=True,
    help="Only people with an address of this domain. Repeatable.",
)
@click.option("--team", metavar="KEY", help="Team of new people without one.")
@click.option("--role", metavar="ROLE", help="Role of new people without one.")
@click.option("--dry-run", is_flag=True, help="Show the change, and write nothing.")
@click.option("-y", "--yes", is_flag=True, help="Write, and leave out everyone who is not clear.")
@resume_option
@ask_option
@format_option(*ALL)
@reporting_errors
def roster_import(  # noqa: PLR0913 - click passes the options by name
    *,
    repo: Path,
    slack: bool,
    project: str | None,
    file: Path | None,
    group: str,
    domains: tuple[str, ...],
    team: str | None,
    role: str | None,
    dry_run: bool,
    yes: bool,
    resume: bool,
    ask: bool | None,
    style: OutputFormat,
) -> int:
    """Add people to config/roster.yaml from Slack, Jira or a CSV file, or from several of them.

    Joins what the sources show of one e-mail address. Adds ids that an entry of the roster does not
    have, and entries for new people. Changes no value that is there, and keeps comments. Guests and
    bots are left out. In a terminal, you choose the new people. If it is not clear who a person is,
    the command asks. Without a terminal, it reports the person and leaves them out. No source but a
    CSV file shows GitHub logins. In a terminal, the command asks for missing ones.
    """
    ask_always(wanted=ask)
    if style is not OutputFormat.TEXT and not dry_run:
        raise click.UsageError("--format goes with --dry-run")
    if not (slack or project or file):
        raise click.UsageError("Name a source: --slack, --jira KEY or --csv FILE.")
    if group and not slack:
        raise click.UsageError("--group needs --slack.")
    raws = read_worktree(repo)
    raw = next((each for each in raws if each.path == ROSTER_PATH), None)
    roster = load_snapshot(raws).roster
    if raw is None or roster is None:
        raise SetupError(
            f"{repo} has no roster that can be read", "Run: escalate check, and correct the roster."
        )
    people = _found(slack=slack, project=project, file=file, group=group)
    people = [each for each in people if _in_domains(each, domains)]
    defaults = {key: value for key, value in (("team", team), ("role", role)) if value}
    _refuse_unknown_team(roster, team)
    wanted = plan_import(roster, people, defaults, {})
    if style is not OutputFormat.TEXT:
        planned = roster_import_output(wanted)
        write_data(planned, roster_import_sheet(planned), style)
        return Exit.FINE
    draft = draft_of_setup(repo, "roster import", resume=resume)
    if asking() and not yes:
        wanted = RosterQuestions(roster, people, defaults, draft).asked(wanted)
    for line in open_lines(wanted):
        write_line(line)
    if not wanted.additions and not wanted.ids:
        write_line("Nothing to add.")
        draft.drop()
        return Exit.FINE
    return _write(repo / ROSTER_PATH, raw.data, roster, wanted, draft, dry_run=dry_run, yes=yes)


def _write(  # noqa: PLR0913 - what to write, where, and whether to ask
    path: Path,
    data: bytes,
    roster: Roster,
    wanted: RosterImport,
    draft: AnswerDraft,
    *,
    dry_run: bool,
    yes: bool,
) -> int:
    try:
        written, left = with_import(data, roster, wanted)
    except EditRefusedError as refused:
        raise SetupError(str(refused), "Add the people in an editor.") from refused
    before, after = (text.decode().splitlines() for text in (data, written))
    for line in difflib.unified_diff(before, after, ROSTER_PATH, ROSTER_PATH, lineterm="", n=1):
        write_line(line)
    for handle in left:
        values = ", ".join(f"{key}: {value}" for key, value in wanted.ids[handle].items())
        write_line(f"The entry of {handle} is written in braces. Add these ids yourself: {values}")
    write_line(summary_line(wanted))
    if dry_run:
        write_line("Nothing was written, because of --dry-run.")
        return Exit.FINE
    if not yes and asking() and not confirm("Write this change?"):
        write_line("Nothing was written.")
        show_kept_answers()
        return Exit.FINE
    replace_file(path, written)
    draft.drop()
    write_line(f"Wrote {ROSTER_PATH}. Next: escalate check")
    return Exit.FINE


def _found(*, slack: bool, project: str | None, file: Path | None, group: str) -> list[KnownPerson]:
    """The people of all sources. Raises SetupError or ServiceError."""
    people: list[KnownPerson] = []
    timeout = read_timeout(variables())
    if file is not None:
        with file.open("rb") as opened:
            data = opened.read(_MOST + 1)
        if len(data) > _MOST:
            raise SetupError(f"{file.name} has more than {_MOST:,} bytes", "Split the file.")
        try:
            people += read_people(data, file.name)
        except PeopleFileError as error:
            raise SetupError(str(error), "See docs/how-to/fill-the-roster.md.") from error
    if slack:
        wire = SlackWire(read_slack_settings(variables()), timeout, RetryPolicy())
        with closing(wire):
            people += SlackDirectory(wire).people(group)
    if project:
        settings = read_jira_settings(variables())
        if settings is None:
            raise SetupError(
                "the variables of Jira are not all set",
                "Set JIRA_BASE_URL, JIRA_USER_EMAIL and JIRA_API_TOKEN in the environment. For "
                "Data Center: JIRA_BASE_URL and JIRA_PAT.",
            )
        with closing(JiraWire(settings, timeout, RetryPolicy())) as jira:
            people += JiraDirectory(jira, cloud=settings.cloud).people(project)
    return people


def _in_domains(person: KnownPerson, domains: Sequence[str]) -> bool:
    wanted = {each.removeprefix("@").casefold() for each in domains}
    return not wanted or person.email.rpartition("@")[2] in wanted


def _refuse_unknown_team(roster: Roster, team: str | None) -> None:
    if team is not None and team not in roster.teams:
        teams = ", ".join(roster.teams)
        raise click.UsageError(f"The roster has no team {terminal(team)!r}. It has: {teams}.")
