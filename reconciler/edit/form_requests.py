"""What a person asks for with a form or a command, and the edit that it becomes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from reconciler.edit.form_fields import Fields
from reconciler.model.policy import Desk
from reconciler.model.snapshot import Entry, Snapshot


@dataclass(frozen=True)
class FormRequest:
    """Who asks for what, when, on which escalation."""

    ticket: str
    said: Mapping[str, str]
    """By the fields' labels."""
    person: str
    """The handle of whoever asks, which no field can say."""
    snapshot: Snapshot
    at: datetime
    entry: Entry | None
    """The ticket's escalation, if it has one."""

    @property
    def desk(self) -> Desk | None:
        """The desk of the ticket; None if the policy has no such desk."""
        return self.snapshot.policy.desks.get(self.ticket.rpartition("-")[0])

    @property
    def desk_name(self) -> str:
        """What people call the desk."""
        return self.desk.name if self.desk else "the desk"

    @property
    def existing(self) -> Entry:
        """The ticket's escalation, which has to be there."""
        if self.entry is None:
            raise LookupError(f"{self.ticket} is not escalated")
        return self.entry


@dataclass(frozen=True)
class FormEdit:
    """The edit that a form asks for."""

    ticket: str
    path: str
    data: bytes
    subject: str
    """Nothing in it is free text: a subject can close issues, and call people."""
    fields: Fields
    """Where the values of the fields stand in the file."""
