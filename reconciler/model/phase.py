"""The phase of an escalation, derived from its file. No file contains it."""

from enum import StrEnum

from reconciler.model.escalation import Escalation


class Phase(StrEnum):
    """How far an escalation has got, from proposed to resolved or withdrawn."""

    PROPOSED = "proposed"
    HELD = "held"
    ACKNOWLEDGED = "acknowledged"
    ASSIGNED = "assigned"
    DECLINED = "declined"
    """Its pull request was closed without being merged, or no longer contains it."""
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"

    @property
    def active(self) -> bool:
        """Whether it counts against the limit of active escalations."""
        return self in {Phase.ACKNOWLEDGED, Phase.ASSIGNED}

    @property
    def ended(self) -> bool:
        """True if it has ended."""
        return self in {Phase.RESOLVED, Phase.WITHDRAWN, Phase.DECLINED}


def phase(escalation: Escalation) -> Phase:
    """The phase of an escalation that is admitted; its current episode decides."""
    episode = escalation.current
    if episode.withdrawn is not None:
        return Phase.WITHDRAWN
    if episode.resolution is not None:
        return Phase.RESOLVED
    return Phase.ACKNOWLEDGED if episode.assignee is None else Phase.ASSIGNED
