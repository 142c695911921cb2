"""What `escalate doctor --live` asks the services, and the answers, out of a closed list of words.

An answer holds no text of a service. So a file of answers has no names, ids, tokens or addresses.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

FAILED: Final = "failed"
SKIPPED: Final = "not-looked-at"
_ALWAYS: Final = {
    FAILED: "the command could not find out",
    SKIPPED: "the command did not look at it",
}


class Verdict(StrEnum):
    """How an answer compares with the vendor's documents."""

    AS_DOCUMENTED = "as documented"
    DIFFERS = "differs"
    UNDOCUMENTED = "not documented"
    UNKNOWN = "not known"


@dataclass(frozen=True)
class LiveQuestion:
    """One thing that services of different companies do differently."""

    key: str
    """Its name in a file of answers. The sandbox has its moods under the same names."""
    area: str
    """Jira, Slack, GitHub, or the second pass."""
    what: str
    values: Mapping[str, str]
    """Each possible answer, with what it means."""
    documented: frozenset[str] = frozenset()
    """What the vendor documents; empty if it documents nothing."""
    unusable: frozenset[str] = frozenset()
    """The answers with which the tool cannot work."""
    required: bool = True
    """True if the tool relies on it, so that it must be known."""

    def words(self, value: str) -> str:
        """What an answer means."""
        return {**_ALWAYS, **self.values}[value]


@dataclass(frozen=True)
class LiveAnswer:
    """What a service did."""

    question: LiveQuestion
    value: str
    detail: str = field(default="", compare=False)
    """What the service said, for the screen alone."""

    def __post_init__(self) -> None:
        """Refuse a word that is not in the list: it could be a service's."""
        if self.value not in {*self.question.values, *_ALWAYS}:
            raise ValueError(f"{self.question.key} has no such answer")

    @property
    def verdict(self) -> Verdict:
        """How it compares with the vendor's documents."""
        if self.value in _ALWAYS:
            return Verdict.UNKNOWN
        if not self.question.documented:
            return Verdict.UNDOCUMENTED
        fits = self.value in self.question.documented
        return Verdict.AS_DOCUMENTED if fits else Verdict.DIFFERS

    @property
    def blocks(self) -> bool:
        """True if the tool relies on something else."""
        unknown = self.value == FAILED and self.question.required
        return unknown or self.value in self.question.unusable
