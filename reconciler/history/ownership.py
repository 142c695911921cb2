"""Who owned an escalation and when, from the versions of its file on the main line."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from reconciler.model.escalation import Episode
from reconciler.model.ownership_history import OwnershipHistory
from reconciler.model.phase import phase
from reconciler.model.timeline import Timeline, Version


def ownership_histories(timeline: Timeline, now: datetime) -> Mapping[str, OwnershipHistory]:
    """Owners of each ticket's current episode, up to a moment, by ticket."""
    found: dict[str, list[Version]] = {}
    for version in timeline.versions:
        if version.escalation is not None:
            found.setdefault(version.ticket, []).append(version)
    return {ticket: _ownership_history(versions, now) for ticket, versions in found.items()}


def _ownership_history(versions: Sequence[Version], now: datetime) -> OwnershipHistory:
    current = [(version.commit.at, episode) for version, episode in _of_last_episode(versions)]
    assigned = _changes([(at, episode.assignee) for at, episode in current])
    contacts = _changes(list(_contacts(current, now)))
    updates = [(at, len(episode.updates)) for at, episode in current]
    first = current[0][0]
    return OwnershipHistory(
        assignees=_successive(handle for _, handle in assigned),
        contacts=_successive(handle for _, handle in contacts),
        assigned_at=next((at for at, handle in reversed(assigned) if handle), None),
        updated_at=next((at for at, count in updates if count == updates[-1][1] and count), None),
        assessed_at=next((at for at, episode in current if episode.assessment), None),
        ended_at=_ended(versions, first),
    )


def _of_last_episode(versions: Sequence[Version]) -> Iterator[tuple[Version, Episode]]:
    last = versions[-1].escalation
    episodes = len(last.episodes) if last else 0
    for version in versions:
        if version.escalation is not None and len(version.escalation.episodes) == episodes:
            yield version, version.escalation.current


def _contacts(
    current: Sequence[tuple[datetime, Episode]], now: datetime
) -> Iterator[tuple[datetime, str]]:
    """Who was the contact from when on: by what the file said, and by its handovers meanwhile."""
    for index, (at, episode) in enumerate(current):
        yield at, episode.contact_at(at)
        until = current[index + 1][0] if index + 1 < len(current) else now
        for each in episode.handovers:
            if at < each.at <= until:
                yield each.at, each.to


def _changes(
    known: Sequence[tuple[datetime, str | None]],
) -> list[tuple[datetime, str | None]]:
    """The same without what does not differ from the one before it."""
    return [each for index, each in enumerate(known) if not index or each[1] != known[index - 1][1]]


def _successive(handles: Iterable[str | None]) -> tuple[str, ...]:
    """Successive owners; the same handle twice in a row is one owner."""
    return tuple(handle for handle, _ in groupby(filter(None, handles)))


def _ended(versions: Sequence[Version], since: datetime) -> datetime | None:
    ended: datetime | None = None
    for version in versions:
        over = version.escalation is not None and phase(version.escalation).ended
        if version.commit.at < since or not over:
            ended = None
        elif ended is None:
            ended = version.commit.at
    return ended
