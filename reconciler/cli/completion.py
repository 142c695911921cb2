"""What the shell completes: tickets that have a file, and handles of the roster."""

from pathlib import Path
from typing import Final

import click
from click.shell_completion import CompletionItem

from reconciler.load.raw import ESCALATIONS
from reconciler.load.snapshot import load_snapshot
from reconciler.load.ticket_address import is_key
from reconciler.model.roster import Roster
from reconciler.render.escape import terminal
from reconciler.services.git.command import GitProblem
from reconciler.services.git.work_tree import NotOurs, read_worktree

_MOST: Final = 200
"""Tickets that are offered at most."""


def tickets(ctx: click.Context, incomplete: str) -> list[CompletionItem]:
    """Keys that begin as what is typed, those of the latest year first. Opens no file."""
    folder = _repo(ctx) / ESCALATIONS
    try:
        years = sorted((each for each in folder.iterdir() if each.is_dir()), reverse=True)
        names = [each.stem for year in years for each in sorted(year.glob("*.yaml"))]
    except OSError:
        return []
    wanted = incomplete.upper()
    keys = [each for each in names if each.startswith(wanted) and is_key(each)]
    return [CompletionItem(each) for each in dict.fromkeys(keys[:_MOST])]


def people(ctx: click.Context, incomplete: str) -> list[CompletionItem]:
    """Handles that begin as what is typed, or whose person's name has a word that does so."""
    roster = _roster(_repo(ctx))
    if roster is None:
        return []
    wanted = incomplete.casefold()
    return [
        CompletionItem(handle, help=terminal(each.name))
        for handle, each in roster.people.items()
        if any(word.startswith(wanted) for word in (handle, *each.name.casefold().split()))
    ]


class PersonParam(click.ParamType[str]):
    """A person: by handle, full name, e-mail address or GitHub login."""

    name = "person"

    def shell_complete(
        self,
        ctx: click.Context,
        param: click.Parameter,  # noqa: ARG002 - click's signature
        incomplete: str,
    ) -> list[CompletionItem]:
        """Handles of the roster."""
        return people(ctx, incomplete)


PERSON: Final = PersonParam()


def _repo(ctx: click.Context) -> Path:
    return Path(ctx.params.get("repo") or Path())


def _roster(repo: Path) -> Roster | None:
    try:
        return load_snapshot(read_worktree(repo)).roster
    except (GitProblem, NotOurs, OSError):
        return None
