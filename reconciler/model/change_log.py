"""The change log of a ticket: Jira records who changed which field, and nobody can edit it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class LoggedChange:
    """One field before and after an edit, by ids. Labels are one text with spaces between them."""

    before: str
    after: str
    before_name: str = ""


@dataclass(frozen=True)
class LoggedEdit:
    """One edit of the ticket."""

    by_us: bool
    """True if the tool's own account made it."""
    changes: Mapping[str, LoggedChange]
    """By Jira's name of the field: labels, priority, assignee."""


ChangeLog = tuple[LoggedEdit, ...]
"""All edits of a ticket's label, priority and assignee, the latest first."""


def raised_to(log: ChangeLog, priority: str) -> Iterator[LoggedChange]:
    """The changes of the priority to the one with this id, the latest first."""
    for edit in log:
        change = edit.changes.get("priority")
        if change is not None and change.after == priority:
            yield change
