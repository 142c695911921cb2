"""Through whose hands the current episode of an escalation went, and when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final


@dataclass(frozen=True, slots=True)
class Hands:
    """As the main line tells it."""

    assignees: tuple[str, ...] = ()
    """Handles in order; one that came back is there again."""
    contacts: tuple[str, ...] = ()
    """The same for the contact."""
    assigned_at: datetime | None = None
    """When the last of the assignees came."""
    updated_at: datetime | None = None
    """When the latest update came, by the commit: its own time can say anything."""
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


NO_HANDS: Final = Hands()
"""Where there is no history to tell."""


def times(handles: tuple[str, ...], last: str | None) -> int:
    """For which time somebody has it, from 1."""
    return max(1, handles.count(last or ""))
