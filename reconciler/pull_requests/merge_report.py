"""What a run merged, and what it could not merge although everybody has agreed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciler.model.diagnostic import Diagnostic
from reconciler.model.field_change import FieldChange
from reconciler.pull_requests.open import Opened


@dataclass(frozen=True)
class MergedPullRequest:
    """A pull request that a run merged."""

    opened: Opened
    names: tuple[str, ...]
    """Names of those who agreed."""
    by: tuple[str, ...]
    """Their handles."""
    commit: str
    """The commit of the main branch that it became."""
    changes: tuple[FieldChange, ...] = ()
    """What it changed, field by field."""

    @property
    def line(self) -> str:
        """One line for people: `merged #12, agreed by Dmitri Orlov`."""
        return f"merged {self.opened.pull_request.name}{agreed_words(self.names)}"


@dataclass(frozen=True)
class MergeReport:
    """The merges of one run."""

    merged: tuple[MergedPullRequest, ...] = ()
    left: Mapping[str, Diagnostic] = field(default_factory=dict)
    """By the id of a pull request that everybody has agreed to: why the run did not merge it."""
    failed: tuple[Diagnostic, ...] = ()
    """What the run could not find out or do because a service did not answer."""
    is_outdated: bool = False
    """True if nothing was merged because main had moved since it was read."""

    @property
    def lines(self) -> tuple[str, ...]:
        """What was merged and what was not, for people."""
        notes = (f"note: {each.message.rstrip('.')}. {each.remedy}" for each in self.left.values())
        return (*(each.line for each in self.merged), *notes)

    def joined(self, other: "MergeReport") -> "MergeReport":
        """Both together; what the other one says of a pull request is newer."""
        return MergeReport(
            (*self.merged, *other.merged),
            {**self.left, **other.left},
            (*self.failed, *other.failed),
        )

    def reason(self, pull_request: str) -> Diagnostic | None:
        """Why an agreed pull request is not merged; None if nothing is known against it."""
        return self.left.get(pull_request)


def agreed_words(names: tuple[str, ...]) -> str:
    """`, agreed by Dmitri Orlov`, or nothing if no one had to agree."""
    return f", agreed by {', '.join(names)}" if names else ""
