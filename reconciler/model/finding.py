"""A broken rule, and where."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

Loc = tuple[str | int, ...]
"""A path of keys and indexes into a file, as pydantic writes it."""


@dataclass(frozen=True, order=True)
class Position:
    """A place in a file: path from the repository's top, line and column from 1."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


class Source(Protocol):
    """The file of a value, to look up lines for messages."""

    @property
    def path(self) -> str:
        """Path from the repository's top, with forward slashes."""

    def position(self, *loc: str | int) -> Position:
        """Where the value at `loc` stands; its nearest known parent if it has no place."""


class Severity(StrEnum):
    """Whether a finding stops a change."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """One broken rule: stable id, where, what is wrong, what to do about it."""

    rule: str
    position: Position
    message: str
    remedy: str
    severity: Severity = Severity.ERROR
    length: int = 1
    """How many columns the caret underlines."""
