"""Something that people should do, and the message that reminds them of it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from reconciler.model.desired import Message, Reminder
from reconciler.model.finding import Position
from reconciler.model.roster import Roster
from reconciler.reconcile.wording.escape import one_line, slack_line
from reconciler.reconcile.wording.placeholders import mention

MOST_REMINDED: Final = 5
"""The most people that one reminder mentions."""
_TITLE_LENGTH: Final = 80
_NAMES_LENGTH: Final = 40
_LINE_LENGTH: Final = 200


@dataclass(frozen=True)
class Owed:
    """Something that people should do, or have done."""

    what: str
    """Part of the key of its message; different each time that it is due again."""
    asks: str
    done: str
    loc: tuple[str | int, ...]
    people: tuple[str, ...]
    since: datetime | None = None
    """The start of its time; None if it is done."""
    every: timedelta = timedelta(0)
    ticket_done: bool | None = None
    """It is due only if the ticket is done (or not done) in Jira; since when is unknown."""
    call: str = ""
    """Key of the reply that called these people. Its time counts from that reply."""
    text: str = ""
    """What it asks for as Slack shows it, with links; empty if it is `asks`."""

    def message(
        self, kind: str, people: tuple[str, ...], roster: Roster, why: Position, *, lead: bool
    ) -> Message:
        """The message that mentions people, without its number."""
        names = one_line(", ".join(roster.name(each) for each in people), _NAMES_LENGTH)
        verb = "mentions" if lead else "reminds"
        title = one_line(f"{verb} {names}: {self.asks}", _TITLE_LENGTH)
        called = " ".join(mention(each) for each in people)
        text = f":alarm_clock: {called}: {self.text or self.asks}."
        return Message(kind, text, why, title=title, calls=people)

    def dated(self, message: Message, zone: ZoneInfo) -> Message:
        """The message with the start of its time, if that is known."""
        if self.since is None or self.ticket_done is not None:
            return message
        since = self.since.astimezone(zone)
        return replace(message, text=f"{message.text} Open since {since:%Y-%m-%d %H:%M %Z}.")


def numbered(message: Message, periods: int) -> Message:
    """A reminder with its number, from the second on."""
    return message if periods == 1 else replace(message, text=f"{message.text} Reminder {periods}.")


def done(kind: str, said: str, why: Position, *, ticket_done: bool | None = None) -> Reminder:
    """The text of a reminder whose request is done. An existing one is edited; none is posted."""
    text = f":heavy_check_mark: {slack_line(said, _LINE_LENGTH)}."
    title = one_line(f"done: {said}", _TITLE_LENGTH)
    return Reminder(Message(kind, text, why, title=title), due=False, ticket_done=ticket_done)
