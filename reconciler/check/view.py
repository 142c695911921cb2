"""What the rules look at: the book, and the part of it that is to be judged."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from reconciler.history.admit_if_merged import NOTHING_MET, AdmissionsIfMerged
from reconciler.model.escalation import Episode, Escalation
from reconciler.model.finding import Loc, Position, Source
from reconciler.model.forge import Account
from reconciler.model.policy import Desk
from reconciler.model.roster import Roster, TeamKind
from reconciler.model.snapshot import Entry, Snapshot
from reconciler.model.timeline import Arrival


class CheckedEpisode(NamedTuple):
    """One episode of one escalation."""

    entry: Entry
    loc: Loc
    episode: Episode
    desk: Desk | None
    before: Episode | None
    """The same episode at the base."""

    @property
    def source(self) -> Source:
        """The file."""
        return self.entry.source

    @property
    def escalation(self) -> Escalation:
        """The whole escalation."""
        return self.entry.escalation

    def is_new(self, value: Callable[[Episode], object]) -> bool:
        """Whether something of the episode was not judged before, at the base."""
        return self.before is None or value(self.before) != value(self.episode)


class CheckedText(NamedTuple):
    """A text that people wrote, and where it stands."""

    source: Source
    loc: Loc
    text: str


@dataclass(frozen=True)
class Nowhere:
    """The source of a file of which only the name is known."""

    path: str

    def position(self, *_loc: str | int) -> Position:
        """The top of the file."""
        return Position(self.path)


@dataclass(frozen=True)
class View:
    """A book under judgement."""

    snapshot: Snapshot
    arrivals: Mapping[str, Arrival] | None
    """When files arrived; None when that is not known."""
    now: datetime
    base: Snapshot | None
    sources: Mapping[str, Source]
    author: Account | None = None
    """Who proposes it; None when nobody vouches for who that is."""
    merged: AdmissionsIfMerged = NOTHING_MET
    """What the limits make of it."""

    @property
    def roster(self) -> Roster:
        """The people."""
        return self.snapshot.roster

    def source(self, path: str) -> Source:
        """Where values of the file at a path stand."""
        return self.sources.get(path) or Nowhere(path)

    @cached_property
    def base_entries(self) -> dict[str, Entry]:
        """The escalations of the base by path."""
        return (
            {} if self.base is None else {entry.source.path: entry for entry in self.base.entries}
        )

    def before(self, entry: Entry) -> Entry | None:
        """The same file at the base."""
        return self.base_entries.get(entry.source.path)

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The escalations to judge: all of them, or those that differ from the base."""
        if self.base is None:
            return self.snapshot.entries
        return tuple(entry for entry in self.snapshot.entries if self._is_changed(entry))

    def _is_changed(self, entry: Entry) -> bool:
        before = self.before(entry)
        return before is not entry and (before is None or before.escalation != entry.escalation)

    @cached_property
    def open_entries(self) -> tuple[Entry, ...]:
        """Those to judge that are not history."""
        return tuple(
            entry
            for entry in self.entries
            if not self._is_history(entry, entry.escalation.current, self._current_before(entry))
        )

    def _current_before(self, entry: Entry) -> Episode | None:
        before = self.before(entry)
        return None if before is None else before.escalation.current

    def _is_history(self, entry: Entry, episode: Episode, before: Episode | None) -> bool:
        """Whether an episode is over and was judged when it was current.

        People leave and change roles; what was right then is not made wrong by it.
        """
        if episode.resolution is None and episode.withdrawn is None:
            return False
        if self.base is not None:
            return before == episode
        return self.arrivals is not None and entry.source.path in self.arrivals

    @cached_property
    def cases(self) -> tuple[CheckedEpisode, ...]:
        """The episodes to judge."""
        return tuple(case for entry in self.entries for case in self._cases(entry))

    def _cases(self, entry: Entry) -> Iterator[CheckedEpisode]:
        before = self.before(entry)
        olds = [] if before is None else [old for _, old in episodes(before.escalation)]
        desk = self.snapshot.policy.desks.get(entry.escalation.desk)
        for index, (loc, episode) in enumerate(episodes(entry.escalation)):
            old = olds[index] if index < len(olds) else None
            if not self._is_history(entry, episode, old):
                yield CheckedEpisode(entry, loc, episode, desk, old)

    @cached_property
    def dev_support_texts(self) -> tuple[CheckedText, ...]:
        """What Dev Support wrote and is to be judged: neither history nor in the base."""
        return tuple(self._dev_support_texts())

    def _dev_support_texts(self) -> Iterator[CheckedText]:
        for entry in self.open_entries:
            before = self.before(entry)
            old = () if before is None else episodes(before.escalation)
            known = {text for loc, each in old for _, text in self._texts_of(entry, loc, each)}
            for case in self._cases(entry):
                for loc, text in self._texts_of(entry, case.loc, case.episode):
                    if text not in known:
                        yield CheckedText(entry.source, loc, text)

    def _texts_of(self, entry: Entry, loc: Loc, episode: Episode) -> Iterator[tuple[Loc, str]]:
        for part, author, text in _texts(episode):
            if author is None or self._is_dev_support(author, entry.escalation):
                yield (*loc, *part), text

    def _is_dev_support(self, handle: str, escalation: Escalation) -> bool:
        """True if the person can be assigned, or is not from a client-facing team."""
        person = self.roster.people.get(handle)
        desk = self.snapshot.policy.desks.get(escalation.desk)
        if person is not None and desk is not None and person.team in desk.teams:
            return True
        return self.roster.kind_of(handle) is not TeamKind.CLIENT_FACING


def episodes(escalation: Escalation) -> Iterator[tuple[Loc, Episode]]:
    """The episodes of an escalation in order, with their places."""
    yield (), escalation
    for index, episode in enumerate(escalation.episodes):
        yield ("episodes", index), episode


def _texts(episode: Episode) -> Iterator[tuple[Loc, str | None, str]]:
    """Texts from after the escalation began: place, author (None: the assignee) and text.

    The title, the impact, the reason and the reporter's findings are not among them. A deadline in
    these is evidence of how urgent the ticket is.
    """
    for index, update in enumerate(episode.updates):
        yield ("updates", index, "text"), update.by, update.text
    if episode.assessment is not None:
        yield ("assessment",), None, episode.assessment
    if episode.resolution is not None:
        yield ("resolution", "root_cause"), None, episode.resolution.root_cause
        yield ("resolution", "mitigation"), None, episode.resolution.mitigation
    if episode.withdrawn is not None:
        yield ("withdrawn", "reason"), episode.withdrawn.by, episode.withdrawn.reason
    if episode.override is not None:
        yield ("override", "reason"), episode.override.by, episode.override.reason
