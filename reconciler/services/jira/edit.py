"""One edit of a ticket, as Jira takes it: fields that are set, and fields that are added to."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class TicketEdit:
    """Everything that changes on a ticket in one run."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    """Values to set, by the name of the field."""
    update: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    """What is added to and removed from a field, such as `{"add": "x"}`, by its name."""
    repeatable: bool = True
    """False if sending it twice would add something twice."""

    @property
    def empty(self) -> bool:
        """True if nothing changes."""
        return not self.fields and not self.update

    def setting(self, name: str, value: object) -> "TicketEdit":
        """The edit that also sets a field."""
        return replace(self, fields={**self.fields, name: value})

    def doing(self, name: str, verb: str, value: object, *, once: bool = False) -> "TicketEdit":
        """The edit that also adds or removes something; `once` if that can't be sent twice."""
        parts = (*self.update.get(name, ()), {verb: value})
        repeatable = self.repeatable and not once
        return replace(self, update={**self.update, name: parts}, repeatable=repeatable)

    def without(self, name: str) -> "TicketEdit":
        """The edit without a field."""
        kept = {key: each for key, each in self.fields.items() if key != name}
        rest = {key: each for key, each in self.update.items() if key != name}
        return replace(self, fields=kept, update=rest)

    @property
    def body(self) -> dict[str, Any]:
        """What is sent."""
        update = {name: list(each) for name, each in self.update.items()}
        parts = (("fields", dict(self.fields)), ("update", update))
        return {name: part for name, part in parts if part}
