"""The valid files of one revision, parsed."""

from collections.abc import Container, Mapping
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

    @property
    def is_named(self) -> bool:
        """True if the file is named after its ticket. History and rights go by the name."""
        return self.source.path.rpartition("/")[2] == f"{self.escalation.ticket}.yaml"


@dataclass(frozen=True)
class Snapshot:
    """The escalations of a revision in order of ticket and path, with their policy and roster."""

    policy: Policy
    roster: Roster
    entries: tuple[Entry, ...]

    def counting(self, first: Mapping[str, str], present: Container[str]) -> tuple[Entry, ...]:
        """The entries that runs carry out: one for each ticket, of a file that is named after it.

        `first` has the path of a ticket's first file in history, and `present` the paths of all
        files, readable or not. While the first file is there, no other one counts.
        """
        found: dict[str, Entry] = {}
        for entry in self.entries:
            ticket, path = entry.escalation.ticket, entry.source.path
            known = first.get(ticket, path)
            if entry.is_named and (path == known or known not in present):
                found.setdefault(ticket, entry)
        return tuple(found.values())
