"""A file as single fields, and what two versions of it differ in.

Lists change by their elements: who adds an update changes nothing that another's update changes.
"""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Final, TypeVar

from reconciler.model.base import Model
from reconciler.model.escalation import (
    CommunicationState,
    CustomerCommunication,
    Episode,
    Escalation,
    Handover,
    Resolution,
    Stakeholders,
    Update,
)
from reconciler.model.field_change import FieldChange, FieldKey, OwnedField

E = TypeVar("E", Update, Handover)
Fields = dict[FieldKey, object]
"""What a file says, by where it says it. What it does not say is left out."""

FILE: Final = FieldKey(0, "file")
"""Whether there is a file at all."""
WHOLE_FILE: Final = 0
FIELD_OF: Final[Mapping[str, OwnedField]] = {
    "file": OwnedField.WITHDRAWAL,
    "title": OwnedField.REASON,
    "reporter.person": OwnedField.REASON,
    "reporter.findings": OwnedField.REASON,
    "reporter.blocked_because": OwnedField.REASON,
    "stakeholders.client_facing": OwnedField.STAKEHOLDERS,
    "stakeholders.product_engineering": OwnedField.STAKEHOLDERS,
    "channel": OwnedField.STAKEHOLDERS,
    "adopted": OwnedField.ADOPTED,
    "impact.level": OwnedField.REASON,
    "impact.who": OwnedField.REASON,
    "impact.how_many": OwnedField.REASON,
    "impact.symptom": OwnedField.REASON,
    "reason": OwnedField.REASON,
    "initiator": OwnedField.INITIATOR,
    "contact": OwnedField.CONTACT,
    "handovers": OwnedField.CONTACT,
    "assignee": OwnedField.ASSIGNEE,
    "updates": OwnedField.UPDATE,
    "assessment": OwnedField.FINDINGS,
    "resolution.root_cause": OwnedField.FINDINGS,
    "resolution.mitigation": OwnedField.FINDINGS,
    "resolution.follow_ups": OwnedField.FINDINGS,
    "resolution.customer_communication.owner": OwnedField.FINDINGS,
    "resolution.customer_communication.state": OwnedField.COMMUNICATION,
    "withdrawn": OwnedField.WITHDRAWAL,
    "override": OwnedField.OVERRIDE,
    "snooze_until": OwnedField.REMINDERS,
}
"""Who owns what a file can say. A test holds that no field of the schema is missing."""
ESCALATING: Final = frozenset({OwnedField.REASON, OwnedField.INITIATOR, OwnedField.CONTACT})
"""What an episode cannot begin without."""
_LISTS: Final = ("client_facing", "product_engineering")


def fields_of(escalation: Escalation | None) -> Fields:
    """Every field of a file; nothing if there is no file."""
    if escalation is None:
        return {}
    found: Fields = {FILE: True}
    _put(found, WHOLE_FILE, escalation, ("title", "channel", "adopted"))
    _put(
        found,
        WHOLE_FILE,
        escalation.reporter,
        tuple(type(escalation.reporter).model_fields),
        "reporter.",
    )
    for side in _LISTS:
        for handle in getattr(escalation.stakeholders, side):
            found[FieldKey(WHOLE_FILE, f"stakeholders.{side}", handle)] = handle
    for number in range(1, len(escalation.episodes) + 2):
        _put_episode(found, number, escalation.numbered(number))
    return found


def _put_episode(found: Fields, number: int, episode: Episode) -> None:
    plain = ("reason", "initiator", "contact", "assignee", "assessment", "withdrawn", "override")
    _put(found, number, episode, (*plain, "snooze_until"))
    _put(found, number, episode.impact, tuple(type(episode.impact).model_fields), "impact.")
    for name in ("handovers", "updates"):
        for each in getattr(episode, name):
            found[FieldKey(number, name, element_of(each))] = each
    if (resolution := episode.resolution) is not None:
        names = ("root_cause", "mitigation", "follow_ups")
        _put(found, number, resolution, names, "resolution.")
        communication = resolution.customer_communication
        start = "resolution.customer_communication."
        _put(found, number, communication, ("owner", "state"), start)


def _put(found: Fields, number: int, part: Model, names: tuple[str, ...], start: str = "") -> None:
    for name in names:
        if (value := getattr(part, name)) is not None:
            found[FieldKey(number, f"{start}{name}")] = value


def element_of(element: Update | Handover) -> str:
    """What tells an update or a handover from the others in its list."""
    moment = element.at.timestamp()
    words = (element.by, element.text) if isinstance(element, Update) else (element.to,)
    return sha256(repr((moment, *words)).encode()).hexdigest()[:16]


def changes_between(path: str, before: Fields, after: Fields) -> Iterator[FieldChange]:
    """What differs, in the order of the file; what is gone comes last."""
    for key in (*after, *(key for key in before if key not in after)):
        old, new = before.get(key), after.get(key)
        if old != new:
            yield FieldChange(path, key, FIELD_OF[key.name], old, new)


def file_changes(
    path: str, before: Escalation | None, after: Escalation | None
) -> tuple[FieldChange, ...]:
    """What differs between two versions of a file; None stands for no file."""
    return tuple(changes_between(path, fields_of(before), fields_of(after)))


def config_change(path: str, before: str, after: str) -> FieldChange:
    """The change of the policy or the roster, by git's names of their contents.

    Each is agreed to as a whole. An empty name stands for no file.
    """
    key = FieldKey(WHOLE_FILE, path)
    return FieldChange(path, key, OwnedField.CONFIGURATION, before or None, after or None)


def put_together(fields: Fields, shape: Escalation) -> Escalation:
    """The escalation that consists of these fields.

    `shape` is a version of the file with at least as many episodes. It gives what an episode cannot
    lack and the fields do not have.
    """
    episodes = max(key.episode for key in fields if key.name == "reason")
    whole: dict[str, object] = _episode(fields, 1, shape)
    whole["title"] = fields.get(FieldKey(WHOLE_FILE, "title"), shape.title)
    for name in ("channel", "adopted"):
        whole[name] = fields.get(FieldKey(WHOLE_FILE, name))
    whole["reporter"] = _part(fields, WHOLE_FILE, shape.reporter, "reporter.")
    whole["stakeholders"] = Stakeholders(**{side: _handles(fields, side) for side in _LISTS})
    whole["episodes"] = tuple(
        shape.numbered(number).model_copy(update=_episode(fields, number, shape.numbered(number)))
        for number in range(2, episodes + 1)
    )
    return shape.model_copy(update=whole)


def _episode(fields: Fields, number: int, shape: Episode) -> dict[str, object]:
    found: dict[str, object] = {
        name: fields.get(FieldKey(number, name))
        for name in ("assignee", "assessment", "withdrawn", "override", "snooze_until")
    }
    for name in ("reason", "initiator", "contact"):
        found[name] = fields.get(FieldKey(number, name), getattr(shape, name))
    found["impact"] = _part(fields, number, shape.impact, "impact.")
    found["handovers"] = _in_order(fields, number, "handovers", Handover)
    found["updates"] = _in_order(fields, number, "updates", Update)
    found["resolution"] = _resolution(fields, number)
    return found


def _part(fields: Fields, number: int, shape: Model, start: str) -> Model:
    keys = {name: FieldKey(number, f"{start}{name}") for name in type(shape).model_fields}
    return shape.model_copy(
        update={name: fields[key] for name, key in keys.items() if key in fields}
    )


def _handles(fields: Fields, side: str) -> tuple[str, ...]:
    return tuple(key.element for key in fields if key.name == f"stakeholders.{side}")


def _in_order(fields: Fields, number: int, name: str, kind: type[E]) -> tuple[E, ...]:
    """The elements of a list, the earliest first, as the file's rules ask for it."""
    found = [
        value
        for key, value in fields.items()
        if key.episode == number and key.name == name and isinstance(value, kind)
    ]
    return tuple(sorted(found, key=lambda each: each.at))


def _resolution(fields: Fields, number: int) -> Resolution | None:
    """The resolution; None while a part is missing. Without a state, its message is pending."""
    parts = {
        name.rpartition(".")[2]: fields.get(FieldKey(number, name))
        for name in FIELD_OF
        if name.startswith("resolution.")
    }
    state = parts.pop("state") or CommunicationState.PENDING
    owner = parts.pop("owner")
    if owner is None or None in parts.values():
        return None
    communication = CustomerCommunication.model_validate({"owner": owner, "state": state})
    return Resolution.model_validate({**parts, "customer_communication": communication})
