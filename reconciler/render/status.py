"""The state of all escalations for the terminal."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from reconciler.model.escalation import ImpactLevel
from reconciler.model.phase import Phase
from reconciler.model.standing import NOT_COMPARED, DeskCapacity, Standing, Status
from reconciler.render.durations import in_words
from reconciler.render.escape import terminal

_COLOURS: Final = {ImpactLevel.CRITICAL: "red", ImpactLevel.HIGH: "yellow"}


def status_table(status: Status) -> RenderableType:
    """A block for each escalation, a line for each that has ended and for each desk."""
    opened = [each for each in status.escalations if not each.phase.ended]
    ended = [each for each in status.escalations if each.phase.ended]
    parts: list[RenderableType] = [] if status.escalations else [Text("No escalations.")]
    if opened:
        parts.append(_blocks(opened, status.at))
    if ended:
        parts += [Text(), _ended(ended)] if opened else [_ended(ended)]
    parts += [Text(), *(Text(_capacity(each)) for each in status.desks)]
    if status.last_good_run is not None:
        ago = in_words(status.at - status.last_good_run)
        parts.append(Text(f"Last good run: {status.last_good_run:%Y-%m-%d %H:%M} UTC ({ago} ago)"))
    if status.missing:
        parts.append(Text())
    parts += [Text(terminal(each), style="yellow") for each in status.missing]
    return Group(*parts)


def _blocks(standings: Iterable[Standing], now: datetime) -> Table:
    """The state on the left, and the facts beside it."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for number, each in enumerate(standings):
        if number:
            grid.add_row()
        grid.add_row(_state(each), Group(*_facts(each, now)))
    return grid


def _state(each: Standing) -> Text:
    """Ticket, level, phase and state, one below the other."""
    text = Text(each.ticket, style="bold")
    text.append(f"\n{each.level}", style=f"not bold {_COLOURS.get(each.level, '')}")
    if each.sync != each.phase:
        text.append(f"\n{each.phase}", style="not bold")
    return text.append(f"\n{each.sync}", style=f"not bold {_style(each)}")


def _style(each: Standing) -> str:
    """Green only if the services agree with the files and no person need look at it."""
    return "green" if each.is_fine else "dim" if each.sync == NOT_COMPARED else "yellow"


def _facts(each: Standing, now: datetime) -> Iterator[Text]:
    yield Text(terminal(each.title), style="bold")
    if each.waiting_on:
        since = f" {in_words(now - each.waiting_since)}" if each.waiting_since else ""
        yield Text(f"Has waited{since} for {terminal(each.waiting_on)}")
    if each.phase is Phase.ASSIGNED:
        yield _updates(each, now)
    yield _people(each)
    if each.channel:
        yield Text(terminal(f"#{each.channel}"))
    yield from (Text(terminal(note), style="yellow") for note in each.notes)


def _updates(each: Standing, now: datetime) -> Text:
    """The age of the last update, beside how often one is due."""
    last = f"Last update {in_words(now - each.updated)} ago" if each.updated else "No update yet"
    text = Text(last)
    if each.update_minutes is not None:
        text.append(f", due every {_every(each.update_minutes)}")
    if each.overdue:
        text.append(", overdue", style="yellow")
    return text


def _every(minutes: int) -> str:
    return in_words(timedelta(minutes=minutes)).removeprefix("an ").removeprefix("a ")


def _people(each: Standing) -> Text:
    assignee = f"Assignee {each.assignee}" if each.assignee else "No assignee"
    return Text(terminal(f"{assignee}, contact {each.contact}"))


def _ended(standings: list[Standing]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for wraps in (False, False, False, True):
        table.add_column(no_wrap=not wraps, overflow="fold")
    for each in standings:
        notes = [f"\n{terminal(note)}" for note in each.notes]
        title = Text(terminal(each.title)).append("".join(notes), style="yellow")
        table.add_row(
            Text(each.ticket, style="bold"),
            Text(each.phase),
            Text(each.sync, style=_style(each)),
            title,
        )
    return table


def _capacity(each: DeskCapacity) -> str:
    return (
        f"{each.desk}: {each.today}/{each.per_day} today,"
        f" {each.active}/{each.active_limit} active ({terminal(each.name)}){_full(each)}"
    )


def _full(each: DeskCapacity) -> str:
    """Until when the desk accepts no more; empty if it accepts one now."""
    is_full_today = each.today >= each.per_day
    if each.active >= each.active_limit:
        return f". Full until one ends{', at least until tomorrow' if is_full_today else ''}."
    return ". Full until tomorrow." if is_full_today else ""
