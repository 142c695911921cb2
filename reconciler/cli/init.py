"""`escalate init`: a company's own data repository."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from reconciler.cli.answer_check import stand_ins
from reconciler.cli.answer_drafts import AnswerDraft, draft_of_folder
from reconciler.cli.blanks import reason
from reconciler.cli.exits import Exit
from reconciler.cli.init_check import init_answers, init_problems
from reconciler.cli.init_questions import HELP, QUESTIONS, name_of
from reconciler.cli.options import ask_option, resume_option
from reconciler.cli.own_release import own_action
from reconciler.cli.prompts import ask_always, asking, fill, show_kept_answers
from reconciler.load.snapshot import load_snapshot
from reconciler.render.console import write_error, write_line
from reconciler.render.escape import terminal
from reconciler.render.template import laid_down
from reconciler.services.git.work_tree import read_worktree
from reconciler.services.slack.gateway import SCOPES

_COMMIT: Final = 40
"""Length of the name of a commit."""


def _options(command: Callable[..., int]) -> Callable[..., int]:
    for each in reversed(QUESTIONS):
        text = HELP.get(each.option, f"{each.question}.")
        command = click.option(each.option, name_of(each.option), metavar="TEXT", help=text)(
            command
        )
    return command


@click.command()
@_options
@click.option(
    "--normal-queue",
    metavar="TEXT",
    default="Leave the ticket in the normal queue. Dev Support looks at it every working day.",
    show_default=True,
    help="What people should do with a ticket that is not escalated.",
)
@resume_option
@ask_option
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def init(
    folder: Path, *, normal_queue: str, resume: bool, ask: bool | None, **given: str | None
) -> int:
    """Create the data repository of a company in FOLDER.

    Writes a policy, a roster, schemas, workflows, rulesets and the manifest of the Slack app. Asks
    for values that no option gives. Overwrites no file. The new files pass `escalate check`.
    """
    ask_always(wanted=ask)
    year = datetime.now(UTC).year
    if there := _already_there(folder, year):
        more = f", and {len(there) - 1} more of its files" if len(there) > 1 else ""
        write_error(f"escalate: {folder} has {there[0]} already{more}")
        write_error("  → Nothing was written. Choose another folder, or move these files.")
        return Exit.FAILURE
    draft = draft_of_folder(folder, "init", resume=resume)
    answers = init_answers(_answers(given, normal_queue, draft), normal_queue)
    written = laid_down(answers, year, SCOPES)
    wrong = _write(folder, written)
    if wrong:
        write_error(f"escalate: nothing was written: {wrong}")
        if asking():
            show_kept_answers()
        return Exit.FAILURE
    draft.drop()
    write_line(f"Wrote {len(written)} files to {folder}. Next:")
    write_line(f"  cd {folder} && git init --initial-branch=main && escalate check")
    write_line("  Then follow README.md.")
    if len(answers.action.partition("@")[2].partition(" ")[0]) < _COMMIT:
        write_line(f"The workflows use the action of the release {answers.action}.")
    return Exit.FINE


def _already_there(folder: Path, year: int) -> list[str]:
    """The files that exist. Found before the first question, or the answers would be for nothing.

    The names of the files do not depend on the answers.
    """
    names = laid_down(init_answers(stand_ins(QUESTIONS), ""), year, ())
    return [each for each in names if os.path.lexists(folder / each)]


def _answers(given: dict[str, str | None], normal_queue: str, draft: AnswerDraft) -> dict[str, str]:
    """The answers by option. In a terminal or with `--ask`, the command asks for missing ones."""
    options = {each.option: given[name_of(each.option)] for each in QUESTIONS}
    for each in QUESTIONS:
        text = options[each.option]
        if text is not None and (why := reason(each, text)):
            raise click.UsageError(f"{each.option} {terminal(text)!r}: {why}")
    options["--action"] = options["--action"] or own_action()
    return fill(options, QUESTIONS, draft, lambda said: init_problems(said, normal_queue))


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
