"""The state of all escalations as one table."""

from datetime import datetime
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from reconciler.model.standing import IN_SYNC, DeskCapacity, Standing, Status
from reconciler.render.durations import in_words
from reconciler.render.escape import terminal

_LONGEST_NAME: Final = 16
_HEADINGS: Final = ("Ticket", "Phase", "Age", "Assignee", "Channel", "State")


def status_table(status: Status) -> RenderableType:
    """The table for the terminal, and a line for each desk."""
    rows = [_row(each, status.at) for each in status.escalations]
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in _HEADINGS:
        # Only the channel gives way in a narrow terminal; its beginning is the ticket anyway.
        widest = _LONGEST_NAME if heading == "Assignee" else None
        gives_way = heading == "Channel"
        table.add_column(heading, no_wrap=not gives_way, max_width=widest, overflow="ellipsis")
    for row in rows:
        table.add_row(*row)
    lines = [Text(_capacity(each)) for each in status.desks]
    if status.last_good_run is not None:
        ago = in_words(status.at - status.last_good_run)
        lines.append(Text(f"Last good run: {status.last_good_run:%Y-%m-%d %H:%M} UTC ({ago} ago)"))
    empty = [] if status.escalations else [Text("No escalations.")]
    notes = [_note(each.ticket, note) for each in status.escalations for note in each.notes]
    return Group(table, *empty, *([Text(), *notes] if notes else []), Text(), *lines)


def _note(ticket: str, note: str) -> Text:
    text = Text(ticket, style="bold")
    return text.append(f": {terminal(note)}", style="not bold")


def _row(each: Standing, now: datetime) -> list[Text]:
    age = in_words(now - each.arrived) if each.arrived else "-"
    return [
        Text(each.ticket, style="bold"),
        Text(str(each.phase)),
        Text(age),
        Text(terminal(each.assignee or "-")),
        Text(f"#{terminal(each.channel)}" if each.channel else "-"),
        Text(each.sync, style="green" if each.sync == IN_SYNC else "yellow"),
    ]


def _capacity(each: DeskCapacity) -> str:
    return (
        f"{each.desk}: {each.today}/{each.per_day} today,"
        f" {each.active}/{each.active_limit} active ({terminal(each.name)})"
    )
