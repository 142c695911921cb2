"""Something that people should do, and the message that reminds them of it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from reconciler.model.desired import Message, Reminder
from reconciler.model.finding import Position
from reconciler.model.roster import Roster
from reconciler.reconcile.wording.escape import one_line, slack_line, struck
from reconciler.reconcile.wording.layout import buttons, layout, section
from reconciler.reconcile.wording.placeholders import mention
from reconciler.reconcile.wording.times import local_time

MOST_REMINDED: Final = 5
"""The most people that one reminder mentions."""
_TITLE_LENGTH: Final = 80
_NAMES_LENGTH: Final = 40
_LINE_LENGTH: Final = 200
_LEFT_OPEN: Final = "Still open when the tool archived this channel"


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
    done_at: datetime | None = None
    """When it was done, if the files show that."""
    button: tuple[str, str] = ("", "")
    """The label and the address of what it asks people to open."""
    of_work: bool = False
    """True if it is about the work on the escalation, so it may be posted in its channel."""

    def message(
        self, kind: str, people: tuple[str, ...], roster: Roster, why: Position, *, lead: bool
    ) -> Message:
        """The message that mentions people, without the start of its time."""
        names = one_line(", ".join(roster.name(each) for each in people), _NAMES_LENGTH)
        verb = "mentions" if lead else "reminds"
        title = one_line(f"{verb} {names}: {self.asks}", _TITLE_LENGTH)
        called = " ".join(mention(each) for each in people)
        text = f":alarm_clock: {called}: {self.text or self.asks}."
        return Message(kind, text, why, title=title, calls=people)

    def dated(self, message: Message, zone: ZoneInfo) -> Message:
        """The message with the start of its time, if that is known, and its button."""
        text = message.text
        if self.since is not None and self.ticket_done is None:
            text = f"{text} Open since {local_time(self.since, zone)}."
        blocks = layout([section(text), buttons([self.button])]) if self.button[1] else ""
        return replace(message, text=text, layout=blocks)

    def finished(self, kind: str, why: Position, zone: ZoneInfo) -> Reminder:
        """The text that replaces its message once it is done, with the time if that is known."""
        when = f": {local_time(self.done_at, zone)}" if self.done_at else ""
        return done(kind, self.done, why, asked=self.asks, when=when)

    def left_open(self, kind: str, why: Position) -> Message:
        """The text that replaces its open message when the channel is archived, before the time."""
        text = answer(self.asks, _LEFT_OPEN, sign=":file_cabinet:")
        title = one_line(f"still open: {self.asks}", _TITLE_LENGTH)
        return Message(kind, text, why, title=title, answered=True)


def answer(asked: str, said: str, *, sign: str = ":heavy_check_mark:") -> str:
    """What was asked, struck through, and the answer, which is escaped already."""
    begun = slack_line(f"{asked[:1].upper()}{asked[1:]}", _LINE_LENGTH)
    return f"{sign} {struck(begun)} {said}"


def done(  # noqa: PLR0913 - the parts of a text
    kind: str,
    said: str,
    why: Position,
    *,
    asked: str,
    when: str = "",
    ticket_done: bool | None = None,
) -> Reminder:
    """The text of a reminder whose request is done. An existing one is edited; none is posted.

    What it asked is struck through. `when` is the time, escaped.
    """
    text = answer(asked, f"{slack_line(said, _LINE_LENGTH)}{when}.")
    title = one_line(f"done: {said}", _TITLE_LENGTH)
    message = Message(kind, text, why, title=title, answered=True)
    return Reminder(message, due=False, ticket_done=ticket_done)
