"""What runs must have left in Slack and Jira so far, ticket by ticket.

Kept by the words of the process: each run that sees a ticket adds what it has to say and to do
then. It knows no receipt, plan or marker; what people undo is noted by whoever undoes it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from lives.book import ZONE, Ticket
from lives.firm import PEOPLE

ALWAYS = ("hannah", "sofia")
LEADS = {"ledger": "ines", "gateway": "marcus", "platform": "yusuf"}
ANNOUNCE_IN = {"DS": "sre-escalations", "PLAT": "platform-escalations"}
LEADING = {"DS": {"hannah", "ines", "marcus"}, "PLAT": {"yusuf"}}
TEAMS = {"payments": ("sofia", "ravi", "chloe", "pavel", "grace")}
IDLE_DAYS = 14
LEAD_AFTER = 3
"""At which period of a reminder the lead is called as well."""


@dataclass
class Room:
    """One channel of a ticket."""

    posts: set[str] = field(default_factory=set)
    """Kinds of what was posted there."""
    invited: set[str] = field(default_factory=set)
    """Stakeholders, who are asked once."""
    inside: set[str] = field(default_factory=set)
    """Who is in it and has not left."""
    gone: set[str] = field(default_factory=set)
    """Who left, and need not be asked again."""
    deleted: set[str] = field(default_factory=set)
    """News that somebody has deleted, which does not come back."""
    archived: str = ""
    """`us` or `hand`."""
    hidden: bool = False
    name: str = ""
    """That a person gave it."""
    first: bool = False
    """Whether nobody remembers that there was another one before."""


@dataclass
class Trail:
    """What there must be of one ticket."""

    priority: str
    """As it is, whoever set it."""
    in_jira: set[str]
    """The account that has it in Jira, whoever gave it; several while that can't be known."""
    gave: set[str] = field(default_factory=lambda: {""})
    """The account that it was given to by us; several while that can't be known."""
    before: str | None = None
    """The priority to put back; None while it is not raised."""
    had: set[str] = field(default_factory=set)
    """The priorities that it ever had."""
    forgotten: set[str] = field(default_factory=set)
    """What else may be put back, since somebody took away what told."""
    fragile: bool = False
    """Whether the reconciler's note is lost, until the next run."""
    loose: bool = False
    """Whether a run was broken off, and none has followed it."""
    announcements: set[str] = field(default_factory=set)
    replies: set[str] = field(default_factory=set)
    comments: set[str] = field(default_factory=set)
    rooms: list[Room] = field(default_factory=list)
    owed: dict[str, bool | None] = field(default_factory=dict)
    """The kinds of reminders for what is owed, and whether it is due; None: nobody says so now."""
    told: set[str] = field(default_factory=set)
    """What each plan says that people have moved, and nobody moves back."""
    touched: bool = False
    """Whether a run has ever had to do with it."""

    def __post_init__(self) -> None:
        self.had.add(self.priority)

    @property
    def room(self) -> Room | None:
        return self.rooms[-1] if self.rooms else None

    @property
    def hides(self) -> bool:
        return self.room is not None and self.room.hidden

    @property
    def in_use(self) -> bool:
        return self.room is not None and not self.room.archived and not self.room.hidden

    def learn(self, whole: "Trail", there: "Kinds", issue: dict[str, Any]) -> None:
        """A run was broken off: of what a whole one does, that has happened which is there."""
        self.announcements |= whole.announcements & there.announcements
        self.replies |= whole.replies & there.replies
        self.comments |= whole.comments & there.comments
        if issue["priority"] == whole.priority != self.priority:
            self.priority, self.before = whole.priority, whole.before
            self.forgotten |= self.had  # nobody may know that it was done
        self.in_jira |= whole.in_jira
        self.gave |= whole.gave
        if len(there.rooms) > len(self.rooms):
            self.rooms.append(Room(first=whole.rooms[-1].first))
        for mine, other, shown in zip(self.rooms, whole.rooms, there.rooms, strict=False):
            mine.posts |= other.posts & shown.posts
            mine.invited |= other.invited & shown.members
            mine.inside |= other.inside & shown.members
            mine.gone -= shown.members
            if shown.archived and not mine.archived:
                mine.archived = other.archived
        self.loose = True
        self.touched |= bool(self.announcements or self.rooms or "ESCALATION" in issue["labels"])


@dataclass(frozen=True)
class Shown:
    """A channel as it is there."""

    posts: set[str]
    members: set[str]
    archived: bool


@dataclass(frozen=True)
class Kinds:
    """What is there of a ticket, by kind."""

    announcements: set[str]
    replies: set[str]
    comments: set[str]
    rooms: list[Shown]


def holders(ticket: Ticket) -> set[str]:
    """Who must be in the channel, handle by handle."""
    episode = ticket.now
    found = {episode.initiator, episode.contacts[-1], ticket.reporter, *ALWAYS}
    if episode.in_charge:
        found.add(episode.in_charge)
        crew = PEOPLE[episode.in_charge].get("crew")
        found |= {LEADS[crew]} if crew else set()
    return found


def _before(ticket: Ticket) -> set[str]:
    """Whoever has handed something over hears of it."""
    return {each for they in (ticket.now.contacts, ticket.now.assignees) for each in they[-2:-1]}


def stakeholders(ticket: Ticket) -> set[str]:
    named = [*ticket.client_facing, *ticket.product]
    return {person for name in named for person in TEAMS.get(name, (name,))}


def saw(trail: Trail, ticket: Ticket, idle_since: datetime | None, now: datetime) -> None:
    """A run has done its work on a ticket."""
    phase = ticket.now.phase
    ended = phase in {"resolved", "withdrawn"}
    if ended and not trail.touched:
        return  # nobody has heard of it, and nobody will
    trail.touched, trail.fragile, trail.loose = True, False, False
    trail.told = set()
    trail.owed = {}
    _announce(trail, ticket, phase, ended=ended)
    _priority(trail, active=ticket.now.active)
    if phase == "held":
        return
    _assign(trail, ticket, phase)
    trail.comments |= _news(ticket) | _new_contact(ticket)
    told = set(trail.room.posts | trail.room.deleted) if trail.room else set()
    _channel(trail, ticket, phase, ended=ended)
    _remind(trail, ticket, now)
    if ended and trail.room and trail.in_use:
        days = (now - idle_since).total_seconds() / 86_400 if idle_since else 0
        if days >= IDLE_DAYS and trail.room.posts <= told:
            trail.room.archived = "us"


def _announce(trail: Trail, ticket: Ticket, phase: str, *, ended: bool) -> None:
    kind = f"announcement{ticket.suffix}"
    if not ended:
        trail.announcements.add(kind)
    if kind not in trail.announcements or phase == "held":
        return
    person, named = ticket.now.in_charge, ticket.now.assignees
    said = f"assigned-{person}{_again(named, person)}" if phase == "assigned" else phase
    trail.replies.add(f"{said}{ticket.suffix}")
    if phase == "acknowledged":  # later the channel tells of it
        trail.replies |= _new_contact(ticket)


def _again(people: list[str], who: str | None) -> str:
    """Whoever comes back is told of again."""
    count = people.count(who or "")
    return f"-{count}" if count > 1 else ""


def _new_contact(ticket: Ticket) -> set[str]:
    return _changed("contact", ticket.now.contacts, ticket) if ticket.now.active else set()


def _changed(role: str, people: list[str], ticket: Ticket) -> set[str]:
    """What tells that a role is somebody else's now."""
    if len(people) < 2:
        return set()
    return {f"{role}-{people[-1]}{_again(people, people[-1])}{ticket.suffix}"}


def _news(ticket: Ticket) -> set[str]:
    return {f"update-{n}{ticket.suffix}" for n, _ in enumerate(ticket.now.updates, 1)}


def _assign(trail: Trail, ticket: Ticket, phase: str) -> None:
    """Whom the file names is assigned in Jira; if somebody changes that, it is theirs to tell."""
    if phase != "assigned" or ticket.now.in_charge is None:
        trail.gave = {""}
        return
    account = PEOPLE[ticket.now.in_charge]["jira"]
    if account not in trail.gave:
        trail.in_jira = {account}
    elif trail.gave != {account}:
        trail.in_jira |= {account}
    elif trail.in_jira != {account}:
        trail.told.add("jira.assignee")
    trail.gave = {account}


def _remind(trail: Trail, ticket: Ticket, now: datetime) -> None:
    """Who owes something is reminded of it in the desk's hours, until it is there."""
    local = now.astimezone(ZONE)
    asleep = ticket.now.snoozed is not None and now < ticket.now.snoozed
    quiet = asleep or local.weekday() > 4 or not 9 <= local.hour < 17
    for what, since, minutes in _debts(ticket):
        periods = (now - since) // timedelta(minutes=minutes)
        for stage, first in (("", 1), ("-lead", LEAD_AFTER)):
            if stage and what == "unclosed":
                continue
            kind = f"remind-{what}{stage}{ticket.suffix}"
            due = periods >= first and not quiet
            trail.owed[kind] = due or None
            posted = trail.replies | (trail.room.posts if trail.room else set())
            if due and kind not in posted:
                people = _called(ticket, what, lead=bool(stage))
                _place(trail, ticket, what, people).add(kind)


def _place(trail: Trail, ticket: Ticket, what: str, people: set[str]) -> set[str]:
    """Where a reminder is put: in the channel if it is for those who belong there."""
    belong = holders(ticket) | stakeholders(ticket) | _before(ticket)
    in_channel = trail.in_use and what != "assignment" and people <= belong
    return trail.room.posts if trail.room and in_channel else trail.replies


def _called(ticket: Ticket, what: str, *, lead: bool) -> set[str]:
    """Whom a reminder mentions."""
    now = ticket.now
    person = ticket.reporter if what == "communication" else now.assignee or now.initiator
    if not lead:
        return {person}
    crew = PEOPLE[person].get("crew")
    return {LEADS[crew]} if crew else LEADING[ticket.desk]


def _debts(ticket: Ticket) -> Iterator[tuple[str, datetime, int]]:
    """What is owed, since when, and after how many minutes somebody is reminded of it."""
    now = ticket.now
    if now.phase == "acknowledged" and now.assignee is None and now.admitted:
        yield "assignment", now.admitted, 60
    if now.phase == "assigned" and now.assigned:
        yield f"update-{len(now.updates)}", max(now.updated or now.assigned, now.assigned), 240
        if now.assessment is None:
            yield "assessment", now.assigned, 480
    if now.phase == "resolved" and now.ended:
        yield "communication", now.ended, 1440
        yield "unclosed", now.ended, 240


def _priority(trail: Trail, *, active: bool) -> None:
    if active:
        if trail.before is None:
            trail.before = trail.priority
        trail.priority = "Highest"
    elif trail.before is not None:
        if trail.priority == "Highest":
            trail.priority = trail.before
        trail.before = None


def _channel(trail: Trail, ticket: Ticket, phase: str, *, ended: bool) -> None:
    room = trail.room
    if phase == "assigned" and (room is None or room.archived == "us"):
        room = Room(first=not trail.rooms)
        trail.rooms.append(room)
    if phase == "resolved":
        trail.comments.add(f"summary{ticket.suffix}")
    if room is None:
        return
    if not ended:
        trail.comments.add("channel")
    if room.archived or room.hidden:
        # Its people decide. Once the escalation is over it is as good as archived by us.
        room.archived = "us" if ended and room.archived else room.archived
        trail.told |= {"slack.channel"} if room.archived != "us" and not ended else set()
        return
    room.posts |= _news(ticket) - room.deleted
    if phase == "assigned":
        room.posts |= _new_contact(ticket)
        if ticket.now.assessment is not None:
            room.posts.add(f"assessment{ticket.suffix}")
        if ticket.now.in_charge == ticket.now.assignee:
            room.posts |= _changed("assignee", ticket.now.assignees, ticket)
    if ended:
        room.posts.add({"resolved": "summary"}.get(phase, phase) + ticket.suffix)
        return
    room.posts |= {"brief"} if room.first else {"brief", "earlier"}
    asked = (stakeholders(ticket) | _before(ticket)) - room.invited
    room.invited |= asked | holders(ticket)
    room.gone -= asked | holders(ticket)
    room.inside |= asked | holders(ticket)
