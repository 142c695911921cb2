"""`escalate board`: a static site of what is open, of each escalation, and of the figures."""

import gc
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

import click

from reconciler.board.build import board_of
from reconciler.board.dossier import dossiers
from reconciler.board.source import BoardSource
from reconciler.cli.exits import Exit
from reconciler.cli.main_branch import main_branch
from reconciler.cli.options import now_option, repo_option
from reconciler.cli.recorded import proposers_by_record
from reconciler.cli.report_figures import known_from, recorded_history
from reconciler.history.admit import admissions_and_histories
from reconciler.history.figures.period import year_to
from reconciler.history.figures.report import ReportRequest
from reconciler.history.figures.report import report as make_report
from reconciler.history.remaining_capacity import day_of
from reconciler.model.roster import Roster
from reconciler.model.timeline import Timeline
from reconciler.render.console import write_error, write_line
from reconciler.render.site.pages import Page, Site
from reconciler.services.git.audit_branch import known_tip
from reconciler.services.git.command import GitProblem
from reconciler.services.git.main_line import main_tip, rosters_at
from reconciler.services.git.remote import choose_remote
from reconciler.services.git.run_log import known_runs
from reconciler.services.git.timeline import read_timeline

_MARK: Final = ".escalate-board"
"""A file in a folder that this command wrote, so that it may replace it."""
_EMPTY: Final = Roster(version=1, teams={}, people={})


@click.command()
@repo_option
@now_option
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("site"),
    show_default=True,
    help="Folder for the site. It must be empty, or written by this command.",
)
@click.option(
    "--audit-remote",
    metavar="NAME",
    help="The remote with the audit branch. Default: origin, if it exists.",
)
def board(*, repo: Path, now: datetime, out: Path, audit_remote: str | None) -> int:
    """Write a static site with all escalations, the desks and the figures.

    The site shows the main branch and the branch `audit`, as far as this clone has fetched them.
    Jira, Slack and GitHub are not contacted. The pages contain what the files contain, so publish
    them only for people who may read the repository.
    """
    if problem := _unusable(out):
        write_error(f"escalate board: {problem}")
        return Exit.USAGE
    try:
        source = _read(repo, now, audit_remote)
    except GitProblem as problem:
        write_error(f"escalate board: {problem}")
        return Exit.USAGE
    if source is None:
        write_error("escalate board: the main branch has no policy that can be read.")
        return Exit.FAILURE
    site = Site(board_of(source))
    written = _write(out, [*site.pages(), *(site.dossier(each) for each in dossiers(source))])
    write_line(f"Wrote {written} files. Open {out / 'index.html'} in a browser.")
    return Exit.FINE


def _unusable(out: Path) -> str:
    """Why the site can't be written there; empty if it can."""
    if out.exists() and any(out.iterdir()) and not (out / _MARK).exists():
        return f"{out} has files of other programs. Choose an empty folder with --out."
    return ""


def _read(repo: Path, now: datetime, audit_remote: str | None) -> BoardSource | None:
    """Everything that git has; None if there never was a policy."""
    remote = choose_remote(repo, audit_remote)
    main = main_tip(repo, main_branch(repo), remote.name if remote else None)
    timeline = read_timeline(repo, main, now)
    gc.freeze()  # the history stays until the end, so looking for garbage in it costs time alone
    if not timeline.policies:
        return None
    recorded = recorded_history(repo, remote, timeline, now)
    agreed = recorded.timeline
    admissions, histories = admissions_and_histories(agreed, now, recorded.verdicts)
    policy = agreed.policies[-1][1]
    question = ReportRequest(year_to(day_of(now, policy.zone), policy.zone), now)
    known = known_from(repo, main, recorded, histories, question)
    return BoardSource(
        now=now,
        timeline=agreed,
        policy=policy,
        roster=_roster(repo, main, agreed),
        admissions=admissions,
        histories=known.episodes,
        report=make_report(known, question),
        verdicts=recorded.verdicts,
        proposers=proposers_by_record(repo, known_tip(repo, remote.name if remote else None)),
        lines=recorded.lines,
        has_audit=recorded.has_audit,
        last_good_run=known_runs(repo).last_good,
    )


def _roster(repo: Path, main: str, timeline: Timeline) -> Roster:
    """The roster of today; an empty one if it cannot be read."""
    last = timeline.commits[-1].position
    return rosters_at(repo, main, timeline.commits, {last}).get(last, _EMPTY)


def _write(out: Path, pages: Iterable[Page]) -> int:
    """Write the pages and remove those of before that are not among them; how many there are."""
    (out / "e").mkdir(parents=True, exist_ok=True)
    (out / _MARK).write_text("Written by `escalate board`, which may replace this folder.\n")
    names = set()
    for name, text in pages:
        (out / name).write_text(text, encoding="utf-8", newline="\n")
        names.add(out / name)
    for each in (*out.glob("*.html"), *out.glob("e/*.html")):
        if each not in names:
            each.unlink()
    return len(names)
