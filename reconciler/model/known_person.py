"""A person as Slack, Jira or a file shows them, before they are on the roster."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class KnownPerson:
    """One person in one source."""

    source: str
    """Slack, Jira, or a line of a file."""
    name: str
    email: str
    """In small letters; empty if the source hides it."""
    values: Mapping[str, str] = field(default_factory=dict)
    """What else the source tells, by the keys of the roster; `handle` is the key of the entry."""
