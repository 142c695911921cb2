"""Two consecutive versions of an escalation: what happened in between, field by field."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final, NamedTuple, cast

from reconciler.model.base import Model
from reconciler.model.escalation import (
    Episode,
    Escalation,
    Handover,
    Override,
    Update,
    Withdrawn,
)
from reconciler.model.timeline import EventKind

_Handovers = tuple[Handover, ...]
_Updates = tuple[Update, ...]


class Difference(NamedTuple):
    """One thing that happened."""

    kind: EventKind
    field: str = ""
    before: str = ""
    after: str = ""


_OF_EPISODE: Final = tuple(Episode.model_fields)
_OF_FILE: Final = tuple(name for name in Escalation.model_fields if name != "episodes")
_STEPS: Final = (
    "handovers",
    "assignee",
    "updates",
    "assessment",
    "override",
    "resolution",
    "withdrawn",
)


def differences(before: Escalation | None, after: Escalation) -> Iterator[Difference]:
    """What happened between two versions, in order of the file; all of it without a former one.

    What a file begins with goes without saying, except for steps of the escalation's life: somebody
    was assigned, an update was added, and so on.
    """
    if before is None:
        yield from _begun("", after)
        for index, episode in enumerate(after.episodes):
            yield from _reopened(index, episode)
        return
    yield from _episode("", _OF_FILE, before, after)
    for index, pair in enumerate(zip(before.episodes, after.episodes, strict=False)):
        yield from _episode(f"episodes.{index}.", _OF_EPISODE, *pair)
    for index, episode in enumerate(after.episodes[len(before.episodes) :]):
        yield from _reopened(len(before.episodes) + index, episode)
    for index in range(len(after.episodes), len(before.episodes)):
        gone = before.episodes[index]
        yield Difference(EventKind.CHANGED, f"episodes.{index}", _text(gone), "")


def _reopened(index: int, episode: Episode) -> Iterator[Difference]:
    after = f"{episode.initiator}: {episode.reason}"
    yield Difference(EventKind.REOPENED, f"episodes.{index}", "", after)
    yield from _begun(f"episodes.{index}.", episode)


def _begun(prefix: str, episode: Episode) -> Iterator[Difference]:
    """The steps that an episode has already taken when it appears."""
    for name in _STEPS:
        value = getattr(episode, name)
        if value:
            yield from _step(prefix, name, () if name in {"updates", "handovers"} else None, value)


def _episode(
    prefix: str, names: tuple[str, ...], old: Episode, new: Episode
) -> Iterator[Difference]:
    for name, before, after in _differing(names, old, new):
        yield from _step(prefix, name, before, after)


def _differing(names: tuple[str, ...], old: Model, new: Model) -> list[tuple[str, object, object]]:
    """The fields that differ, with both values. Nearly all of the work: so in one expression."""
    before, after = vars(old), vars(new)
    return [(name, before[name], after[name]) for name in names if before[name] != after[name]]


def _step(prefix: str, name: str, old: object, new: object) -> Iterator[Difference]:
    """Say which step in the escalation's life the difference of a field is, if it is one."""
    where = prefix + name
    if name == "updates":
        yield from _updates(where, cast("_Updates", old), cast("_Updates", new))
    elif name == "handovers":
        yield from _handovers(where, cast("_Handovers", old), cast("_Handovers", new))
    elif name == "assignee":
        kind = EventKind.REASSIGNED
        if old is None or new is None:
            kind = EventKind.ASSIGNED if old is None else EventKind.UNASSIGNED
        yield Difference(kind, where, _text(old), _text(new))
    elif name == "contact":
        yield Difference(EventKind.HANDED_OVER, where, _text(old), _text(new))
    elif name in _ADDED and old is None:
        yield Difference(_ADDED[name], where, "", _text(new))
    else:
        yield from _changed(where, old, new)


_ADDED: Final = {
    "assessment": EventKind.ASSESSED,
    "override": EventKind.OVERRIDDEN,
    "resolution": EventKind.RESOLVED,
    "withdrawn": EventKind.WITHDRAWN,
}


def _updates(where: str, old: _Updates, new: _Updates) -> Iterator[Difference]:
    both = min(len(old), len(new))
    if old:
        yield from _changed(where, old[:both], new[:both])
    for index, update in enumerate(new[both:], both):
        yield Difference(EventKind.UPDATED, f"{where}.{index}", "", _text(update))
    for index, update in enumerate(old[both:], both):
        yield Difference(EventKind.CHANGED, f"{where}.{index}", _text(update), "")


def _handovers(where: str, old: _Handovers, new: _Handovers) -> Iterator[Difference]:
    if new[: len(old)] != old:
        yield from _changed(where, old, new)
        return
    for index, handover in enumerate(new[len(old) :], len(old)):
        yield Difference(EventKind.HANDED_OVER, f"{where}.{index}", "", _text(handover))


def _changed(where: str, old: object, new: object) -> Iterator[Difference]:
    """The smallest fields that differ."""
    if old == new:
        return
    if isinstance(old, Model) and isinstance(new, Model) and type(old) is type(new):
        for name, before, after in _differing(tuple(type(old).model_fields), old, new):
            yield from _changed(f"{where}.{name}", before, after)
    elif _is_alike(old, new):
        for index, (each, other) in enumerate(zip(old, new, strict=True)):  # type: ignore[call-overload]
            yield from _changed(f"{where}.{index}", each, other)
    else:
        yield Difference(EventKind.CHANGED, where, _text(old), _text(new))


def _is_alike(old: object, new: object) -> bool:
    """Whether both are lists of so many things that have fields of their own."""
    return (
        isinstance(old, tuple)
        and isinstance(new, tuple)
        and len(old) == len(new)
        and all(isinstance(each, Model) for each in (*old, *new))
    )


def _text(value: object) -> str:
    """A value as words, as far as a person wants to read."""
    if value is None or isinstance(value, str):
        return str(value or "")
    if isinstance(value, Model):
        return _words(value)
    if isinstance(value, tuple):
        return ", ".join(_text(each) for each in value)
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _words(value: Model) -> str:
    if isinstance(value, Update):
        return f"{value.by}: {value.text}"
    if isinstance(value, Handover):
        return f"{value.to} from {value.at.isoformat(timespec='minutes')}"
    if isinstance(value, Override | Withdrawn):
        return f"{value.by}: {value.reason}"
    said = [(name, _text(part)) for name, part in vars(value).items()]
    return "; ".join([f"{name}: {words}" for name, words in said if words])
