"""What `escalate doctor` checked, and the result."""

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """The state of a checked thing."""

    FINE = "ok"
    WRONG = "wrong"
    UNKNOWN = "unknown"


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
    """A check without a problem."""
    return SetupCheck(area, what, Health.FINE, message)


def wrong(area: str, what: str, message: str, remedy: str) -> SetupCheck:
    """A check with a problem, and its remedy."""
    return SetupCheck(area, what, Health.WRONG, message, remedy)


def unknown(area: str, what: str, message: str, remedy: str = "") -> SetupCheck:
    """A check that could not be made."""
    return SetupCheck(area, what, Health.UNKNOWN, message, remedy)
