"""The difference between a file and its edited version, carried over to a third version.

Values are compared as data, not as text. A change is carried over if the third version still has
what the first one had at that place, or has the same change already.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

from reconciler.model.finding import Loc

Data: TypeAlias = dict[str, Any]

_MISSING: Final = object()
_EPISODES: Final = "episodes"
_AT: Final = "at"
_DATED: Final = frozenset({"updates", "handovers"})
_WHOLE: Final = frozenset({"withdrawn", "override"})
"""Statements of one person. Half of one and half of another would be a statement of nobody."""


@dataclass(frozen=True)
class Contradiction:
    """One field that two versions changed to different values."""

    loc: Loc
    proposed: Any
    """None if the version removes the field."""
    newest: Any


@dataclass(frozen=True)
class PutValue:
    """A value at a key of a mapping, new or in place of another."""

    loc: Loc
    value: Any


@dataclass(frozen=True)
class DropValue:
    """A key of a mapping, or an item of a list, that is removed."""

    loc: Loc


@dataclass(frozen=True)
class InsertItem:
    """A new item of a list, before the item that has this index now."""

    loc: Loc
    index: int
    value: Any


Step: TypeAlias = PutValue | DropValue | InsertItem


def carried_over(base: Data, proposed: Data, newest: Data) -> Iterator[Step | Contradiction]:
    """The steps that bring the changes from `base` to `proposed` into `newest`, in order."""
    return _value((), base, proposed, newest)


def applied(step: Step, data: Data) -> None:
    """Make a step in data."""
    parent: Any = data
    match step:
        case InsertItem(loc, index, value):
            for part in loc[:-1]:
                parent = parent[part]
            if not isinstance(parent, dict):
                raise TypeError("a list is the value of a key")
            listed = parent.get(loc[-1]) or []
            parent[loc[-1]] = [*listed[:index], value, *listed[index:]]
        case PutValue(loc) | DropValue(loc):
            for part in loc[:-1]:
                parent = parent[part]
            if isinstance(step, PutValue):
                parent[loc[-1]] = step.value
            else:
                del parent[loc[-1]]


def _value(loc: Loc, base: Any, proposed: Any, newest: Any) -> Iterator[Step | Contradiction]:  # noqa: ANN401
    if proposed in (base, newest):
        return
    three = (base, proposed, newest)
    if all(isinstance(each, dict) for each in three) and not _is_whole(loc):
        yield from _mapping(loc, base, proposed, newest)
    elif loc and _are_lists(three):
        yield from _list(loc, *(_listed(each) for each in three))
    elif base == newest:
        yield DropValue(loc) if proposed is _MISSING else PutValue(loc, proposed)
    elif _nothing(base) and loc == ("stakeholders",):
        yield from _mapping(loc, {}, proposed or {}, newest or {})
    else:
        yield Contradiction(loc, _shown(proposed), _shown(newest))


def _mapping(loc: Loc, base: Data, proposed: Data, newest: Data) -> Iterator[Step | Contradiction]:
    for key in dict.fromkeys([*base, *proposed]):
        sides = (each.get(key, _MISSING) for each in (base, proposed, newest))
        yield from _value((*loc, key), *sides)


def _list(
    loc: Loc, base: list[Any], proposed: list[Any], newest: list[Any]
) -> Iterator[Step | Contradiction]:
    if loc == (_EPISODES,):
        yield from _episodes(loc, base, proposed, newest)
        return
    removed, added = _minus(base, proposed), _minus(proposed, base)
    gone, come = _minus(base, newest), _minus(newest, base)
    new = _minus(added, come)
    both = len(_minus(removed, gone)) < len(removed)
    if (both and new) or _same_moment(loc, new, come) or not (removed or added):
        if base == newest:
            yield PutValue(loc, proposed)
        else:
            yield Contradiction(loc, proposed, newest)
        return
    left = list(newest)
    for each in _minus(removed, gone):
        index = len(left) - 1 - left[::-1].index(each)
        del left[index]
        yield DropValue((*loc, index))
    for each in new:
        index = _place(loc, left, each)
        left.insert(index, each)
        yield InsertItem(loc, index, each)


def _episodes(
    loc: Loc, base: list[Any], proposed: list[Any], newest: list[Any]
) -> Iterator[Step | Contradiction]:
    """Episodes have no names: their number says which is which."""
    for index in range(max(len(base), len(proposed)) - 1, -1, -1):
        three = tuple(
            each[index] if index < len(each) else _MISSING for each in (base, proposed, newest)
        )
        if three[0] is three[2] is _MISSING and three[1] is not _MISSING:
            yield InsertItem(loc, len(newest), three[1])
        else:
            yield from _value((*loc, index), *three)


def _same_moment(loc: Loc, new: list[Any], come: list[Any]) -> bool:
    """True if both hand the contact over at the same moment, to different people."""
    if loc[-1] != "handovers":
        return False
    return not {_moment(each) for each in new}.isdisjoint({_moment(each) for each in come})


def _place(loc: Loc, items: Sequence[Any], item: Any) -> int:  # noqa: ANN401
    """Before the first item that is later; at the end where there is none, or no time."""
    at = _moment(item) if loc[-1] in _DATED else None
    if at is None:
        return len(items)
    later = (
        index
        for index, each in enumerate(items)
        if (other := _moment(each)) is not None and other > at
    )
    return next(later, len(items))


def _moment(item: Any) -> datetime | None:  # noqa: ANN401
    try:
        at = datetime.fromisoformat(str(item[_AT]).upper())
    except (KeyError, TypeError, ValueError):
        return None
    return at if at.tzinfo else None


def _minus(items: list[Any], others: list[Any]) -> list[Any]:
    """The items without the others, each as often as it is left."""
    left = Counter(map(_name, items))
    left.subtract(map(_name, others))
    kept = []
    for each in reversed(items):
        if left[_name(each)] > 0:
            left[_name(each)] -= 1
            kept.append(each)
    return kept[::-1]


def _name(item: Any) -> str:  # noqa: ANN401
    return json.dumps(item, sort_keys=True)


def _are_lists(values: Sequence[Any]) -> bool:
    return any(isinstance(each, list) and each for each in values) and all(
        isinstance(each, list) or _nothing(each) for each in values
    )


def _listed(value: Any) -> list[Any]:  # noqa: ANN401
    return value if isinstance(value, list) else []


def _nothing(value: Any) -> bool:  # noqa: ANN401
    return value is _MISSING or value is None


def _is_whole(loc: Loc) -> bool:
    return bool(loc) and loc[-1] in _WHOLE


def _shown(value: Any) -> Any:  # noqa: ANN401
    return None if value is _MISSING else value
