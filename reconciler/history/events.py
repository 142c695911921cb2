"""What happened to each ticket, from the versions of its files."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from reconciler.history.version_differences import Difference, differences
from reconciler.model.escalation import Escalation
from reconciler.model.timeline import Event, EventKind, Version


class TicketEvents(Mapping[str, tuple[Event, ...]]):
    """The events of each ticket, oldest first, worked out when something asks for the ticket's."""

    def __init__(self, versions: Iterable[Version]) -> None:
        """Versions come in the order of the main line.

        Of one commit, those that are gone come first, so that a file that moves to another folder
        continues the history of its ticket.
        """
        self._versions = versions

    @cached_property
    def _by_ticket(self) -> dict[str, list[Version]]:
        found: dict[str, list[Version]] = {}
        for version in self._versions:
            found.setdefault(version.ticket, []).append(version)
        return found

    def __getitem__(self, ticket: str) -> tuple[Event, ...]:
        """What happened to a ticket."""
        events = _EventsSoFar()
        for version in self._by_ticket[ticket]:
            events.add(version)
        return tuple(events.found)

    def __iter__(self) -> Iterator[str]:
        """The tickets, in order of their first version."""
        return iter(self._by_ticket)

    def __len__(self) -> int:
        """How many tickets there are."""
        return len(self._by_ticket)

    def __contains__(self, ticket: object) -> bool:
        """Whether there was ever a file of that ticket."""
        return ticket in self._by_ticket


@dataclass
class _EventsSoFar:
    """A ticket's events so far, and how things stand after them."""

    found: list[Event] = field(default_factory=list)
    there: dict[str, Escalation | None] = field(default_factory=dict)
    """What each file of the ticket last said in words that can be read."""
    broken: set[str] = field(default_factory=set)
    last: Escalation | None = None

    def add(self, version: Version) -> None:
        if version.gone:
            self.there.pop(version.path, None)
            self.broken.discard(version.path)
            self._note(version, Difference(EventKind.VANISHED))
            return
        is_first = not self.found
        if version.path not in self.there:
            self._arrive(version)
        before = self.there[version.path]
        now = version.escalation
        if now is None:
            self._note(version, Difference(EventKind.BROKEN))
            self.broken.add(version.path)
            return
        if version.path in self.broken:
            self.broken.remove(version.path)
            if not is_first:
                self._note(version, Difference(EventKind.CHANGED, "file", "unreadable", "readable"))
        for difference in differences(before, now):
            self._note(version, difference)
        self.there[version.path] = self.last = now

    def _arrive(self, version: Version) -> None:
        """A file that was not there before: the first, or one that follows another."""
        if not self.found:
            self._note(version, _escalated(version.escalation))
        elif (former := self._moved_from(version)) is not None:
            self._note(version, Difference(EventKind.CHANGED, "path", former, version.path))
        else:
            self._note(version, Difference(EventKind.RETURNED))
        self.there = {version.path: self.last}  # of several files, one counts

    def _moved_from(self, version: Version) -> str | None:
        """The path that the same commit removed, or one that is still there."""
        latest = self.found[-1]
        if latest.kind is EventKind.VANISHED and latest.commit is version.commit:
            self.found.pop()
            return None if latest.path == version.path else latest.path
        return next(iter(self.there), None)

    def _note(self, version: Version, what: Difference) -> None:
        self.found.append(
            Event(
                what.kind,
                version.ticket,
                version.path,
                version.commit,
                what.field,
                what.before,
                what.after,
            )
        )


def _escalated(escalation: Escalation | None) -> Difference:
    if escalation is None:
        return Difference(EventKind.ESCALATED)
    who = f"{escalation.initiator}: {escalation.title}"
    return Difference(EventKind.ESCALATED, after=who)
