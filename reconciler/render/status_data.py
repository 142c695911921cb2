"""The state of all escalations for Markdown and for spreadsheets."""

from collections.abc import Iterator
from typing import Final

from reconciler.model.standing import DeskCapacity, Standing, Status
from reconciler.render.escape import markdown
from reconciler.render.sheet import sheet_csv, sheet_markdown, sheet_of

_LEFT_OUT: Final = ("desk", "arrived")
"""What the ticket and the waiting show already, so that the table of Markdown is less wide."""


def status_csv(status: Status) -> str:
    """A row for each escalation."""
    return sheet_csv(sheet_of(Standing, status.escalations))


def status_markdown(status: Status) -> str:
    """A table of the escalations, and one of the desks."""
    return "\n".join(_parts(status))


def _parts(status: Status) -> Iterator[str]:
    yield "## Escalations\n"
    if status.escalations:
        yield sheet_markdown(sheet_of(Standing, status.escalations, _LEFT_OUT))
    else:
        yield "No escalations.\n"
    yield "## Desks\n"
    yield sheet_markdown(sheet_of(DeskCapacity, status.desks))
    if status.last_good_run is not None:
        yield f"Last good run: {status.last_good_run:%Y-%m-%d %H:%M} UTC\n"
    for each in status.missing:
        yield f"{markdown(each)}\n"
