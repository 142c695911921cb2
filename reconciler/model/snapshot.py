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
    """The escalations of a revision in order of ticket, with their policy and roster."""

    policy: Policy
    roster: Roster
    entries: tuple[Entry, ...]
