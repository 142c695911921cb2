"""An escalation as somebody proposes it, before it is on the main branch."""

from dataclasses import dataclass

from reconciler.model.desired import DesiredAnnouncement
from reconciler.model.forge import Proposal
from reconciler.model.phase import Phase


@dataclass(frozen=True)
class Proposed:
    """What is known about a proposed escalation beside what its file says."""

    proposal: Proposal
    findings: int = 0
    """How many errors are to be mended before it can be merged."""
    held: str = ""
    """The limit that would hold it if it were merged now."""
    acknowledgers: tuple[str, ...] = ()
    """Handles of those whose approval would count."""


@dataclass(frozen=True)
class DesiredProposal:
    """What a proposal asks for: to be told about, and nothing else."""

    ticket: str
    title: str
    desk: str
    path: str
    phase: Phase
    proposal: Proposal
    announcement: DesiredAnnouncement
    exists: bool = True
    """Whether the ticket must exist in Jira for it to be told."""
