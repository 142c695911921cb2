"""What happens on a main line, in plain values: the words in which the model is written."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

LEVELS = ("low", "medium", "high", "critical")


class Part(NamedTuple):
    """One episode as a file has it."""

    impact: str = "high"
    engineer: str | None = None
    override: str | None = None
    end: str = ""
    """`resolved`, `withdrawn`, or nothing while it is open."""


class File(NamedTuple):
    """An escalation's file: its episodes, the last one being the current one."""

    parts: tuple[Part, ...]

    @property
    def now(self) -> Part:
        return self.parts[-1]


class DeskRules(NamedTuple):
    """What a policy says of a desk."""

    per_day: int = 3
    active: int = 5
    per_engineer: int = 1
    floor: str = "medium"
    overriders: tuple[str, ...] = ("hannah",)


class Rules(NamedTuple):
    """A policy."""

    desks: tuple[tuple[str, DeskRules], ...]
    zone: str = "America/New_York"
    review: bool = False

    def desk(self, name: str) -> DeskRules | None:
        return dict(self.desks).get(name)


class Approval(NamedTuple):
    """That somebody acknowledged what a commit brought, and when; never if there is no time."""

    at: datetime | None


GONE = "gone"
BROKEN = "broken"


@dataclass(frozen=True)
class Step:
    """A commit of the main line."""

    pushed: datetime
    claim: datetime
    """What the committer says; anything."""
    files: dict[str, File | str] = field(default_factory=dict)
    """By ticket; `GONE` or `BROKEN` where there is nothing to read."""
    rules: Rules | None = None
    approvals: dict[str, Approval] = field(default_factory=dict)


def desk_of(ticket: str) -> str:
    return ticket.split("-", maxsplit=1)[0]
