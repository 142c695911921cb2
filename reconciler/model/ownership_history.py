"""Who owned the current episode of an escalation, and when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final


@dataclass(frozen=True, slots=True)
class OwnershipHistory:
    """Assignees and contacts of an episode, from the files on the main line."""

    assignees: tuple[str, ...] = ()
    """Handles in order; a person who was assigned twice is listed twice."""
    contacts: tuple[str, ...] = ()
    """The same for the contact."""
    assigned_at: datetime | None = None
    """When the current assignee was assigned."""
    updated_at: datetime | None = None
    """When the latest update reached the main line. The time in the file is not verified."""
    assessed_at: datetime | None = None
    """When the assessment reached the main line."""
    ended_at: datetime | None = None
    """When the episode was resolved or withdrawn."""

    @property
    def assignee_before(self) -> str:
        """The assignee before the last one; empty without one."""
        return self.assignees[-2] if len(self.assignees) > 1 else ""

    @property
    def contact_before(self) -> str:
        """The contact before the last one; empty without one."""
        return self.contacts[-2] if len(self.contacts) > 1 else ""


NO_OWNERSHIP_HISTORY: Final = OwnershipHistory()
"""For files outside of git, which have no history."""


def times(handles: tuple[str, ...], last: str | None) -> int:
    """How many times the last person has been the owner, counting from 1."""
    return max(1, handles.count(last or ""))
