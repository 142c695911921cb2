"""`escalate init`: a company's own data repository."""

import shutil
import tempfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from reconciler.cli.blanks import reason
from reconciler.cli.exits import Exit
from reconciler.cli.init_questions import HELP, LATER, QUESTIONS
from reconciler.cli.own_release import own_action
from reconciler.cli.prompts import fill
from reconciler.load.snapshot import load_snapshot
from reconciler.render.console import write_error, write_line
from reconciler.render.escape import terminal
from reconciler.render.template import InitAnswers, laid_down
from reconciler.services.git.work_tree import read_worktree
from reconciler.services.slack.gateway import SCOPES

_COMMIT: Final = 40
"""Length of the name of a commit."""


def _options(command: Callable[..., int]) -> Callable[..., int]:
    for each in reversed(QUESTIONS):
        text = HELP.get(each.option, f"{each.question}.")
        command = click.option(each.option, _name(each.option), metavar="TEXT", help=text)(command)
    return command


def _name(option: str) -> str:
    return option.removeprefix("--").replace("-", "_")


@click.command()
@_options
@click.option(
    "--normal-queue",
    metavar="TEXT",
    default="Leave the ticket in the normal queue. Dev Support looks at it every working day.",
    show_default=True,
    help="What people should do with a ticket that is not escalated.",
)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def init(folder: Path, normal_queue: str, **given: str | None) -> int:
    """Create the data repository of a company in FOLDER.

    Writes a policy, a roster, schemas, workflows, rulesets and the manifest of the Slack app. Asks
    for values that no option gives. Overwrites no file. The new files pass `escalate check`.
    """
    answers = _answers(given)
    whole = InitAnswers(**answers, normal_queue=normal_queue)
    written = laid_down(whole, datetime.now(UTC).year, SCOPES)
    there = [name for name in written if (folder / name).exists() or (folder / name).is_symlink()]
    if there:
        more = f", and {len(there) - 1} more of its files" if len(there) > 1 else ""
        write_error(f"escalate: {folder} has {there[0]} already{more}")
        write_error("  → Nothing was written. Choose another folder, or move these files.")
        return Exit.FAILURE
    wrong = _write(folder, written)
    if wrong:
        write_error(f"escalate: nothing was written: {wrong}")
        return Exit.FAILURE
    write_line(f"Wrote {len(written)} files to {terminal(str(folder))}. Next:")
    write_line(f"  cd {folder} && git init --initial-branch=main && escalate check")
    write_line("  Then follow README.md.")
    if len(whole.action.partition("@")[2].partition(" ")[0]) < _COMMIT:
        write_line(f"The workflows use the action of the release {whole.action}.")
    return Exit.FINE


def _answers(given: dict[str, str | None]) -> dict[str, str]:
    """The answers, asked for where they are missing and there is somebody to ask."""
    options = {each.option: given[_name(each.option)] for each in QUESTIONS}
    for each in QUESTIONS:
        text = options[each.option]
        if text is not None and (why := reason(each, text)):
            raise click.UsageError(f"{each.option} {terminal(text)!r}: {why}")
    options["--action"] = options["--action"] or own_action()
    answers = {_name(name): text for name, text in fill(options, QUESTIONS).items()}
    other = answers.pop("code_owner")
    owners = [answers["lead_github"], *([] if other == LATER else [other])]
    return {**answers, "code_owners": " ".join(f"@{each}" for each in dict.fromkeys(owners))}


def _write(folder: Path, written: dict[str, str]) -> str:
    """Write all or nothing; why nothing was written, or nothing to say."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".escalate-init-", dir=folder) as draft:
            for name, text in written.items():
                path = Path(draft) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            loaded = load_snapshot(read_worktree(Path(draft)))
            if loaded.findings:
                found = loaded.findings[0]
                return f"{found.position}: {found.message} {found.remedy}"
            _move(Path(draft), folder, written)
    except OSError as error:
        return str(error)
    return ""


def _move(draft: Path, folder: Path, names: Iterable[str]) -> None:
    """Move everything into place; whatever was moved goes again when something can't be."""
    moved: list[Path] = []
    try:
        for name in names:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(draft / name, target)
            moved.append(target)
    except OSError:
        for each in moved:
            each.unlink()
        raise
