"""What open pull requests propose: a new escalation, or a change of one on the main branch."""

from dataclasses import dataclass
from datetime import datetime

from reconciler.model.forge import PullRequest


@dataclass(frozen=True)
class Proposed:
    """What is known about a proposed escalation in addition to its file."""

    pull_request: PullRequest
    findings: int = 0
    """How many errors must be corrected before it can be merged."""
    held: str = ""
    """The limit that would hold it if it were merged now. Then no acknowledger is called."""
    instead: str = ""
    """What the author can do while that limit holds it."""
    merges_itself: bool = False
    """True if runs merge what is agreed; then people need not."""
    unmerged: str = ""
    """Why runs do not merge it although it is agreed, if its files show that."""
    acknowledgers: tuple[str, ...] = ()
    """Handles of those whose approval would count."""


@dataclass(frozen=True, slots=True)
class UnmergedChange:
    """An open pull request that is agreed, and changes an escalation on the main branch."""

    pull_request: PullRequest
    since: datetime
    """When it was agreed."""
    people: tuple[str, ...]
    """Handles of those who can help: the author, and who agreed to it."""
    merges_itself: bool = False
    """True if runs merge what is agreed."""
    unmerged: str = ""
    """Why they do not merge it, if its files show that."""
