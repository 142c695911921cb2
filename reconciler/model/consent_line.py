"""Who agreed to a merged pull request, as a run read it: one line of a file of the audit branch."""

import re
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from reconciler.model.audit import Sha
from reconciler.model.base import Value

FOLDER: Final = "consents"
PATH: Final = re.compile(r"consents/[0-9]{4}\.jsonl")
ChangeId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]


class ConsentEntry(Value):
    """What one account agreed to."""

    account: int
    login: str
    at: AwareDatetime
    approved: bool = False
    covers: tuple[ChangeId, ...] | None = None
    """None for everything."""
    via: int = 0


class ConsentLine(Value):
    """Who agreed to what in a merged pull request, or that a commit came without one."""

    v: Literal[1] = 1
    commits: Annotated[tuple[Sha, ...], Field(min_length=1)]
    """The commits of the main line that it became, oldest first."""
    read_at: AwareDatetime
    pull_request: str = ""
    """Its number; empty if the commit came without a pull request."""
    head: str = ""
    author: int | None = None
    login: str = ""
    bot: bool = False
    opened_at: AwareDatetime | None = None
    merged_at: AwareDatetime | None = None
    ready_at: AwareDatetime | None = None
    proposed: tuple[ConsentEntry, ...] = ()
    """By opening it and by pushing."""
    answered: tuple[ConsentEntry, ...] = ()
    """By approvals, and by what was asked for in words."""
    waiting: str = ""
    lacks: bool = False
    """Whether the word of somebody was missing."""
    seal: str = ""


def path_of(year: int) -> str:
    """The file with the pull requests that were merged in a year."""
    return f"{FOLDER}/{year:04}.jsonl"
