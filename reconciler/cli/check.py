"""`escalate check`: judge the files, offline unless a limit depends on reviews."""

import gc
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import click

from reconciler.cli.exits import Exit
from reconciler.cli.options import (
    append_summary,
    forge_option,
    now_option,
    repo_option,
    summary_option,
)
from reconciler.cli.output_format import ALL, OutputFormat, format_option
from reconciler.load.raw import FileKind, kind_of
from reconciler.load.snapshot import load_snapshot
from reconciler.model.acknowledgement import Reviews, Verdict
from reconciler.model.finding import Finding, Severity
from reconciler.model.forge import Account
from reconciler.model.timeline import Timeline
from reconciler.pull_requests.check_change import judge_changes
from reconciler.pull_requests.check_files import judge_tree
from reconciler.render.check_data import check_sheet, output_of_check
from reconciler.render.console import has_colour, text_width, write, write_error, write_json
from reconciler.render.findings import CheckResult, as_github, as_text
from reconciler.render.findings_markdown import as_markdown
from reconciler.render.sheet import sheet_csv
from reconciler.services.errors import SetupError
from reconciler.services.git.command import GitProblem
from reconciler.services.git.committed_files import read_revision
from reconciler.services.git.work_tree import NotOurs, read_worktree
from reconciler.services.settings import ForgeKind


@click.command()
@repo_option
@now_option
@click.option(
    "--base",
    metavar="REF",
    help="Check only what changed since HEAD branched off REF. The policy and roster of that "
    "commit apply.",
)
@click.option(
    "--head",
    metavar="REF",
    help="With --base: read the files of this commit instead of those of the folder.",
)
@format_option(*ALL, OutputFormat.GITHUB)
@click.option(
    "--author",
    metavar="LOGIN",
    help="With --base: GitHub login of the author of the pull request, to check whether they "
    "may open it.",
)
@click.option(
    "--author-id",
    type=click.IntRange(min=1),
    metavar="NUMBER",
    help="With --author: the id of that account. GitHub never gives an id to another account.",
)
@forge_option(
    "With --base: where to read who acknowledged the merged escalations, if a limit depends on it."
)
@summary_option
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
def check(  # noqa: PLR0913 - click passes the options by name
    *,
    repo: Path,
    now: datetime,
    base: str | None,
    head: str | None,
    style: OutputFormat,
    author: str | None,
    author_id: int | None,
    forge: str,
    summary: Path | None,
    paths: tuple[Path, ...],
) -> int:
    """Check the files.

    All files are read, because the limits count all of them. With PATHS, only findings in those
    files are shown. Limits are checked as the reconciler checks them. They count the history of
    the main branch, and your changes as if they were merged now. In a folder without git, the limit
    for new escalations per day is not checked.

    The check works offline, with one exception. If the policy has `acknowledgement: review` and a
    limit depends on an acknowledgement, the check asks GitHub for the reviews. Without GitHub, such
    a limit is a warning.

    Exit status: 0 without errors, 1 with errors, 2 if the files could not be checked. Causes of 2
    are wrong usage, an unknown revision and a shallow clone.
    """
    if (author and not base) or (author_id and not author):
        raise click.UsageError("--author goes with --base, and --author-id with --author")
    if head and not base:
        raise click.UsageError("--head goes with --base")
    who = Account(author_id or 0, author, bot=author.endswith("[bot]")) if author else None
    try:
        report = _report(repo, now, (base, head), _wanted(repo, paths), who, ForgeKind(forge))
    except (GitProblem, NotOurs, SetupError) as error:
        write_error(f"escalate check: {error}")
        return Exit.USAGE
    _print(report, style)
    if summary is not None:
        append_summary(summary, as_markdown(report))
    return Exit.FAILURE if report.count(Severity.ERROR) else Exit.FINE


def _print(report: CheckResult, style: OutputFormat) -> None:
    if style is OutputFormat.JSON:
        write_json(output_of_check(report))
    elif style is OutputFormat.MARKDOWN:
        write(as_markdown(report))
    elif style is OutputFormat.CSV:
        write(sheet_csv(check_sheet(report)))
    elif style is OutputFormat.GITHUB:
        write(as_github(report))
    else:
        write(as_text(report, colour=has_colour(), width=text_width()))


def _wanted(repo: Path, paths: Sequence[Path]) -> frozenset[str]:
    """The paths from the repository's top; all files of ours when there are none."""
    top = repo.resolve()
    wanted = set()
    for path in paths:
        full = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow a link
        if not full.is_relative_to(top):
            full = full.parent.resolve() / full.name
        if not full.is_relative_to(top):
            raise click.UsageError(f"{path} is not in {repo}.")
        name = full.relative_to(top).as_posix()
        if kind_of(name) is FileKind.FOREIGN and not full.is_dir():
            raise click.UsageError(f"{path} is not an escalation, policy or roster.")
        wanted.add(name)
    return frozenset(wanted)


def _report(  # noqa: PLR0913, PLR0917 - what is asked for, and of whom
    repo: Path,
    now: datetime,
    refs: tuple[str | None, str | None],
    wanted: frozenset[str],
    author: Account | None,
    forge: ForgeKind,
) -> CheckResult:
    # Thousands of small values that all live until the end: collecting garbage finds none.
    gc.disable()
    ref, head = refs
    raws = read_revision(repo, head) if head else read_worktree(repo)
    if ref is None:
        loaded = load_snapshot(raws)
        found: Iterable[Finding] = judge_tree(repo, now, loaded, raws)
        files = len(loaded.sources)
    else:
        judged = judge_changes(
            repo, now, ref, raws, author, _reviews(repo, now, forge), head or "HEAD"
        )
        found, files, loaded = judged.findings, judged.files, judged.loaded
    findings = [finding for finding in found if _is_wanted(finding, wanted)]
    findings.sort(key=lambda finding: (finding.position, finding.rule))
    return CheckResult(findings, files, loaded.sources)


def _reviews(repo: Path, now: datetime, forge: ForgeKind) -> Reviews:
    def ask(timeline: Timeline) -> Mapping[tuple[str, str], Verdict]:
        # The client of the forge takes longer to import than most checks do.
        from reconciler.cli.reviews import ask_github  # noqa: PLC0415 - see above

        return ask_github(repo, now, forge, timeline)

    return ask


def _is_wanted(finding: Finding, wanted: frozenset[str]) -> bool:
    path = finding.position.path
    return not wanted or any(each in {".", path} or path.startswith(f"{each}/") for each in wanted)
