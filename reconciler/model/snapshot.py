"""The valid files of one revision, parsed."""

from dataclasses import dataclass

from reconciler.model.escalation import Escalation
from reconciler.model.finding import Source
from reconciler.model.policy import Policy
from reconciler.model.roster import Roster


@dataclass(frozen=True, slots=True)
class Entry:
    """An escalation and the file that declares it."""

    escalation: Escalation
    source: Source


@dataclass(frozen=True)
class Snapshot:
    """The escalations of a revision in order of ticket and path, with their policy and roster."""

    policy: Policy
    roster: Roster
    entries: tuple[Entry, ...]

    @property
    def counting(self) -> tuple[Entry, ...]:
        """The entries that runs carry out: of two files of one ticket, the first path's only."""
        first: dict[str, Entry] = {}
        for entry in self.entries:
            first.setdefault(entry.escalation.ticket, entry)
        return tuple(first.values())
