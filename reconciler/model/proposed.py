"""An escalation in an open pull request, before it is on the main branch."""

from dataclasses import dataclass

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
    """The first error that keeps a run from merging it; empty if it has none."""
    acknowledgers: tuple[str, ...] = ()
    """Handles of those whose approval would count."""
