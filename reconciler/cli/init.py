"""`escalate init`: a company's own data repository."""

import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

import click

import reconciler
from reconciler.cli.exits import Exit
from reconciler.load.snapshot import load_snapshot
from reconciler.model.base import DESK_PATTERN, HANDLE_PATTERN, LOGIN
from reconciler.render.escape import terminal
from reconciler.render.template import InitAnswers, laid_down
from reconciler.services.git.commits import head_commit
from reconciler.services.git.remote_address import github_name
from reconciler.services.git.work_tree import read_worktree
from reconciler.services.slack.gateway import SCOPES

_ACTION: Final = (
    r"^[A-Za-z0-9-]+/[A-Za-z0-9._-]+(/[A-Za-z0-9._/-]+)?@[0-9a-f]{40}( # [\w. -]{1,40})?$"
)


class _Asked(NamedTuple):
    """One question, and what an answer looks like."""

    option: str
    question: str
    pattern: str
    example: str


_QUESTIONS: Final = (
    _Asked("desk", "Key of the Jira project that takes escalations", DESK_PATTERN, "DS"),
    _Asked("desk_name", "Name of that desk", r"^[^\r\n]{1,160}$", "Dev Support"),
    _Asked(
        "announce_in",
        "Slack channel for announcements, without #",
        r"^[a-z0-9][a-z0-9_-]{0,79}$",
        "sre-escalations",
    ),
    _Asked("time_zone", "Time zone in which a day begins", r"^[A-Za-z0-9_+/-]{1,60}$", "UTC"),
    _Asked(
        "repository_url",
        "Web address of the new repository",
        r"""^https?://[^\s<>|"'\\]+[^\s<>|"'\\/]$""",
        "https://github.com/company/escalations",
    ),
    _Asked(
        "lead",
        "Handle of a Dev Support lead: a short name that never changes",
        HANDLE_PATTERN,
        "hannah",
    ),
    _Asked("lead_name", "Their name", r"^[^\r\n]{1,160}$", "Hannah Weiss"),
    _Asked(
        "lead_email",
        "Their e-mail address",
        r"^[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+$",
        "hannah@company.example",
    ),
    _Asked(
        "lead_github",
        "Their GitHub login",
        rf"^(?=.{{1,39}}$){LOGIN}$",
        "hannah-weiss",
    ),
)


def _options(command: Callable[..., int]) -> Callable[..., int]:
    for each in reversed(_QUESTIONS):
        name = f"--{each.option.replace('_', '-')}"
        text = f"{each.question}, such as {each.example}."
        command = click.option(name, each.option, metavar="TEXT", help=text)(command)
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
@click.option(
    "--action",
    metavar="OWNER/NAME@COMMIT",
    help="The action for the workflows, pinned to a full commit. Default: the commit of this "
    "program, if it runs from a clone of a GitHub repository.",
)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def init(folder: Path, action: str | None, normal_queue: str, **given: str | None) -> int:
    """Create the data repository of a company in FOLDER.

    Writes a policy, a roster, schemas, workflows, rulesets and the manifest of the Slack app. Asks
    for values that no option gives. Overwrites no file. The new files pass `escalate check`.
    """
    pin = action or _own_commit()
    answers = _answers(given, pin)
    whole = InitAnswers(**answers, normal_queue=normal_queue)
    written = laid_down(whole, datetime.now(UTC).year, SCOPES)
    there = [name for name in written if (folder / name).exists() or (folder / name).is_symlink()]
    if there:
        more = f", and {len(there) - 1} more of its files" if len(there) > 1 else ""
        click.echo(terminal(f"escalate: {folder} has {there[0]} already{more}"), err=True)
        click.echo("  → Nothing was written. Choose another folder, or move these files.", err=True)
        return Exit.FAILURE
    wrong = _write(folder, written)
    if wrong:
        click.echo(terminal(f"escalate: nothing was written: {wrong}"), err=True)
        return Exit.FAILURE
    click.echo(f"Wrote {len(written)} files to {terminal(str(folder))}. Next:")
    click.echo(terminal(f"  cd {folder} && git init && escalate check"))
    click.echo("  Then follow README.md.")
    return Exit.FINE


def _answers(given: dict[str, str | None], pin: str | None) -> dict[str, str]:
    """The answers, asked for where they are missing and there is somebody to ask."""
    missing = [each for each in _QUESTIONS if not given[each.option]]
    asks = sys.stdin.isatty()
    if pin is None or (missing and not asks):
        names = [f"--{each.option.replace('_', '-')}" for each in missing if not asks]
        names += ["--action"] if pin is None else []
        raise click.UsageError(f"Give {', '.join(names)}. Examples: escalate init --help")
    answers = {"action": _valid("action", _ACTION, "company/escalation-as-code@<commit>", pin)}
    for each in _QUESTIONS:
        value = given[each.option]
        if value is None:
            value = click.prompt(f"{each.question} (such as {each.example})", err=True)
        answers[each.option] = _valid(each.option, each.pattern, each.example, str(value))
    return answers


def _valid(option: str, pattern: str, example: str, value: str) -> str:
    if re.search(pattern, value) is None or not value.isprintable():
        name = option.replace("_", "-")
        raise click.UsageError(f"--{name} {terminal(value)!r}: an example is {example}")
    return value


def _own_commit() -> str | None:
    """The action of the clone that this program runs from, if it is one of a GitHub repository."""
    top = Path(reconciler.__file__).resolve().parents[1]
    name = github_name(top) if (top / "action.yml").is_file() else None
    commit = head_commit(top) if name else None
    return f"{name}@{commit}" if commit else None


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
