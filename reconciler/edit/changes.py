"""What people do to an escalation, as edits of its file."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from reconciler.edit.cut import with_item_at
from reconciler.edit.splice import EditRefusedError, with_item, with_value
from reconciler.load.source import FileSource
from reconciler.load.strict_yaml import parse
from reconciler.load.unquoted_words import Timestamp
from reconciler.load.version import read_escalation
from reconciler.model.escalation import Escalation, Handover, Update
from reconciler.model.finding import Loc
from reconciler.model.snapshot import Entry

Data = Mapping[str, Any]


def assigned(entry: Entry, person: str) -> bytes:
    """Somebody is in charge. Raises EditRefusedError, as all of these do."""
    return _set(entry, "assignee", person)


def handed_over(entry: Entry, person: str, at: datetime, *, later: bool = False) -> bytes:
    """Somebody else is the contact: at once, or from a time on."""
    known = entry.escalation.current.handovers
    if later or known:
        return _add(entry, "handovers", place_of(known, at), {"at": written(at), "to": person})
    return _set(entry, "contact", person)


def updated(entry: Entry, at: datetime, by: str, text: str) -> bytes:
    """There is news."""
    index = place_of(entry.escalation.current.updates, at)
    return _add(entry, "updates", index, {"at": written(at), "by": by, "text": text})


def assessed(entry: Entry, text: str) -> bytes:
    """The assignee has a first idea of what is wrong."""
    return _set(entry, "assessment", text)


def resolved(entry: Entry, resolution: Data) -> bytes:
    """It is over, and this is why."""
    return _set(entry, "resolution", dict(resolution))


def communicated(entry: Entry, state: str) -> bytes:
    """The message to the affected parties has come further."""
    loc = (*entry.escalation.current_loc, "resolution", "customer_communication")
    return _proven(entry, with_value(_source(entry), loc, "state", state), (*loc, "state"), state)


def withdrawn(entry: Entry, by: str, reason: str) -> bytes:
    """It is taken back."""
    return _set(entry, "withdrawn", {"by": by, "reason": reason})


def reopened(entry: Entry, episode: Data) -> bytes:
    """It has come back: a new episode."""
    source, loc = _source(entry), ("episodes",)
    count = len(entry.escalation.episodes)
    item = dict(episode)
    return _proven(entry, with_item(source, loc, item), (*loc, count), item)


def place_of(items: Sequence[Update | Handover], at: datetime) -> int:
    """Where an item of this time belongs in a list that is in order of time.

    Two people can write at once, and what was written first can arrive last.
    """
    moment = at.replace(microsecond=0)
    return next((index for index, each in enumerate(items) if each.at > moment), len(items))


def written(at: datetime) -> Timestamp:
    """A point in time as people write it, with its offset from UTC."""
    return Timestamp(at.replace(microsecond=0).isoformat())


def _set(entry: Entry, key: str, value: Any) -> bytes:  # noqa: ANN401
    parent = entry.escalation.current_loc
    return _proven(entry, with_value(_source(entry), parent, key, value), (*parent, key), value)


def _add(entry: Entry, key: str, index: int, item: Data) -> bytes:
    loc = (*entry.escalation.current_loc, key)
    data = with_item_at(_source(entry), loc, index, dict(item))
    return _proven(entry, data, (*loc, index), item)


def _source(entry: Entry) -> FileSource:
    if not isinstance(entry.source, FileSource):
        raise EditRefusedError(f"There is no file {entry.source.position().path}.")
    return entry.source


def _proven(entry: Entry, data: bytes, loc: Loc, value: Any) -> bytes:  # noqa: ANN401
    """The new bytes, if they say what the old ones did, and this one value at this one place."""
    wanted = entry.escalation.model_dump(mode="json")
    node: Any = wanted
    for part in loc[:-1]:
        node = node[part]
    if isinstance(loc[-1], int):
        node.insert(loc[-1], value)
    else:
        node[loc[-1]] = value
    try:
        expected = Escalation.model_validate(wanted)
    except ValidationError:
        return data  # the value itself is wrong, and a rule will say how
    path = _source(entry).path
    if read_escalation(path, data) != expected and not parse(path, data).findings:
        raise EditRefusedError(
            f"The tool cannot edit {path} without changing other values. Change the file in "
            "an editor."
        )
    return data
