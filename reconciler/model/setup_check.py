"""What `escalate doctor` checked, and the result."""

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """How something is."""

    FINE = "ok"
    WRONG = "wrong"
    UNKNOWN = "not looked at"


@dataclass(frozen=True)
class SetupCheck:
    """One thing that was checked."""

    area: str
    """files, git, Jira, Slack, GitHub or people."""
    what: str
    health: Health
    message: str = ""
    remedy: str = ""


def fine(area: str, what: str, message: str = "") -> SetupCheck:
    """Something that is as it should be."""
    return SetupCheck(area, what, Health.FINE, message)


def wrong(area: str, what: str, message: str, remedy: str) -> SetupCheck:
    """Something that is not, and what to do about it."""
    return SetupCheck(area, what, Health.WRONG, message, remedy)


def unknown(area: str, what: str, message: str, remedy: str = "") -> SetupCheck:
    """Something that could not be checked."""
    return SetupCheck(area, what, Health.UNKNOWN, message, remedy)
