"""An escalation as somebody proposes it, before it is on the main branch."""

from dataclasses import dataclass

from reconciler.model.forge import PullRequest


@dataclass(frozen=True)
class Proposed:
    """What is known about a proposed escalation beside what its file says."""

    pull_request: PullRequest
    findings: int = 0
    """How many errors are to be mended before it can be merged."""
    held: str = ""
    """The limit that would hold it if it were merged now."""
    acknowledgers: tuple[str, ...] = ()
    """Handles of those whose approval would count."""
