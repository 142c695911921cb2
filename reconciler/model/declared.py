"""A declared escalation as far as a run needs it to choose what to look at."""

from dataclasses import dataclass
from datetime import datetime

from reconciler.model.phase import Phase


@dataclass(frozen=True, slots=True, eq=False)
class Declared:
    """One file's escalation, without anything that takes wording or line numbers.

    Two of them are never equal: a ticket can have two files, which is a finding.
    """

    ticket: str
    desk: str
    path: str
    phase: Phase
    announcement: str
    """Key of the message that announces its current episode."""
    announced_in: str
    """Name of the channel in which the policy has it announced."""
    follow_ups: tuple[str, ...] = ()
    """Keys of the tickets that its resolution names."""
    adopted: str = ""
    """Id of the channel that its file adopts."""
    since: datetime | None = None
    """The earliest known moment at which it was on the main branch or ready for review."""
