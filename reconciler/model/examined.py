"""What `escalate doctor` looked at, and what came of it."""

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """How something is."""

    FINE = "ok"
    WRONG = "wrong"
    UNKNOWN = "not looked at"


@dataclass(frozen=True)
class Examined:
    """One thing that was looked at."""

    area: str
    """files, git, Jira, Slack, GitHub or people."""
    what: str
    health: Health
    told: str = ""
    remedy: str = ""


def fine(area: str, what: str, told: str = "") -> Examined:
    """Something that is as it should be."""
    return Examined(area, what, Health.FINE, told)


def wrong(area: str, what: str, told: str, remedy: str) -> Examined:
    """Something that is not, and what to do about it."""
    return Examined(area, what, Health.WRONG, told, remedy)


def unknown(area: str, what: str, told: str, remedy: str = "") -> Examined:
    """Something that nobody could look at."""
    return Examined(area, what, Health.UNKNOWN, told, remedy)
