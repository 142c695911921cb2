"""A file as it was found, and which files are ours."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

POLICY_PATH: Final = "config/policy.yaml"
ROSTER_PATH: Final = "config/roster.yaml"
ESCALATIONS: Final = "escalations"
SCHEMAS: Final = "schemas"
ATTRIBUTES: Final = ".gitattributes"
ATTRIBUTE_PATHS: Final = (ATTRIBUTES, f"config/{ATTRIBUTES}", f"{SCHEMAS}/{ATTRIBUTES}")
"""Attributes for our files outside of the folder of the escalations."""

ESCALATION_BYTES: Final = 64 * 1024
CONFIG_BYTES: Final = 1024 * 1024

REGULAR: Final = "100644"
EXECUTABLE: Final = "100755"
SYMLINK: Final = "120000"
SUBMODULE: Final = "160000"
SPECIAL: Final = "000000"
"""A pipe, socket or device; git has no mode for them."""

_ESCALATION = re.compile(
    r"escalations/(?P<year>20[0-9]{2})/(?P<ticket>[A-Z][A-Z0-9_]{1,9}-[1-9][0-9]{0,9})\.yaml"
)
_TOLERATED = frozenset({"README.md", ".gitkeep", ATTRIBUTES})


class FileKind(StrEnum):
    """What a file is to us."""

    ESCALATION = "escalation"
    POLICY = "policy"
    ROSTER = "roster"
    MISPLACED = "misplaced"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class RawFile:
    """A file's bytes with its mode in git's words. Too large a file comes without its bytes."""

    path: str
    data: bytes
    mode: str = REGULAR
    size: int = -1
    """Size in bytes; that of `data` when left out."""

    @property
    def bytes(self) -> int:
        """How large the file is, whether or not it was read."""
        return len(self.data) if self.size < 0 else self.size


def kind_of(path: str) -> FileKind:
    """What the file at this path is to us."""
    if _ESCALATION.fullmatch(path):
        return FileKind.ESCALATION
    if path == POLICY_PATH:
        return FileKind.POLICY
    if path == ROSTER_PATH:
        return FileKind.ROSTER
    folder, _, name = path.rpartition("/")
    if (folder + "/").startswith(ESCALATIONS + "/") and name not in _TOLERATED:
        return FileKind.MISPLACED
    return FileKind.FOREIGN


def cap_of(path: str) -> int:
    """How many bytes the file at this path may have."""
    return CONFIG_BYTES if path in {POLICY_PATH, ROSTER_PATH} else ESCALATION_BYTES


def escalation_path(year: int, ticket: str) -> str:
    """Where the file of a ticket belongs."""
    return f"{ESCALATIONS}/{year}/{ticket}.yaml"


def ticket_of(path: str) -> str:
    """The ticket after which a file is named."""
    return path.rpartition("/")[2].removesuffix(".yaml")


def tickets_in(paths: Iterable[str]) -> set[str]:
    """The tickets that have a file among the paths."""
    return {ticket_of(path) for path in paths if kind_of(path) is FileKind.ESCALATION}
