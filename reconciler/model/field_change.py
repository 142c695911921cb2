"""One changed field of one file, and who must agree to it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from reconciler.model.base import Model


class OwnedField(StrEnum):
    """A group of fields with the same owners."""

    REASON = "reason"
    """Why it is escalated: title, reason, impact, and what the reporter found."""
    INITIATOR = "initiator"
    CONTACT = "contact"
    """The contact and the handovers."""
    ASSIGNEE = "assignee"
    UPDATE = "update"
    FINDINGS = "findings"
    """Assessment, root cause, mitigation and follow-ups."""
    COMMUNICATION = "communication"
    """The state of the message to the affected customers."""
    STAKEHOLDERS = "stakeholders"
    """Whom else to invite, and the name of the channel."""
    REMINDERS = "reminders"
    """Until when reminders stop."""
    WITHDRAWAL = "withdrawal"
    """The withdrawal, or the end of the whole file."""
    OVERRIDE = "override"
    ADOPTED = "adopted"
    """What people made before the import."""
    CONFIGURATION = "configuration"
    """The policy or the roster, each as a whole."""


class FieldKey(NamedTuple):
    """Where a value stands in a file."""

    episode: int
    """From 1; 0 for what holds for the whole file."""
    name: str
    """Such as `impact.level`."""
    element: str = ""
    """What tells apart the elements of a list: a digest of an update, the handle of a team."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that differs between two versions of a file."""

    path: str
    """The file."""
    key: FieldKey
    field: OwnedField
    before: object = None
    """The value; None if there was none."""
    after: object = None

    @property
    def id(self) -> str:
        """The change in a short text that is the same wherever the change is seen.

        It names the value after the change and not the one before: approving a change is approving
        what it leads to.
        """
        place = f"{self.path}\n{self.key.episode}\n{self.key.name}\n{self.key.element}"
        return sha256(f"{place}\n{_in_words(self.after)}".encode()).hexdigest()[:16]


def _in_words(value: object) -> str:
    """A value as text that no later version of the tool or of a library writes in another way."""
    match value:
        case Model():
            return value.model_dump_json(exclude_defaults=True)
        case datetime():
            return value.isoformat()
        case tuple():
            return "\n".join(map(_in_words, value))
    return str(value)


@dataclass(frozen=True, slots=True)
class NotAgreed:
    """A change that lacks the word of an owner, so that the value before it goes on."""

    change: FieldChange
    lacks: tuple[str, ...]
    """Handles of those of whom one must agree, sorted; empty if nobody can."""
    commit: str = ""
    """The commit on the main branch; empty while its pull request is open."""
    pull_request: str = ""
    """The id of the pull request; empty if it came without one."""
    unread: str = ""
    """Why it is unknown who agreed; empty if it is known."""
    waits: bool = False
    """True if its own owners agreed, and it builds on a version that is not agreed."""
