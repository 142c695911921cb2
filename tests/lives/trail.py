"""What runs must have left in Slack and Jira so far, ticket by ticket.

Kept by the words of the process: each run that sees a ticket adds what it has to say and to do
then. It knows no receipt, plan or marker; what people undo is noted by whoever undoes it.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lives.book import Ticket
from lives.firm import PEOPLE

ALWAYS = ("hannah", "sofia")
LEADS = {"ledger": "ines", "gateway": "marcus", "platform": "yusuf"}
ANNOUNCE_IN = {"DS": "sre-escalations", "PLAT": "platform-escalations"}
TEAMS = {"payments": ("sofia", "ravi", "chloe", "pavel", "grace")}
IDLE_DAYS = 14


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


@dataclass
class Trail:
    """What there must be of one ticket."""

    priority: str
    """As it is, whoever set it."""
    before: str | None = None
    """The priority to put back; None while it is not raised."""
    had: set[str] = field(default_factory=set)
    """The priorities that it ever had."""
    forgotten: set[str] = field(default_factory=set)
    """What else may be put back, since somebody took away what told."""
    fragile: bool = False
    """Whether the reconciler's note is lost, until the next run."""
    announcements: set[str] = field(default_factory=set)
    replies: set[str] = field(default_factory=set)
    comments: set[str] = field(default_factory=set)
    rooms: list[Room] = field(default_factory=list)
    touched: bool = False
    """Whether a run has ever had to do with it."""

    def __post_init__(self) -> None:
        self.had.add(self.priority)

    @property
    def room(self) -> Room | None:
        return self.rooms[-1] if self.rooms else None

    def learn(self, whole: "Trail", there: "Kinds", issue: dict[str, Any]) -> None:
        """A run was broken off: of what a whole one does, that has happened which is there."""
        self.announcements |= whole.announcements & there.announcements
        self.replies |= whole.replies & there.replies
        self.comments |= whole.comments & there.comments
        if issue["priority"] == whole.priority != self.priority:
            self.priority, self.before = whole.priority, whole.before
        if len(there.rooms) > len(self.rooms):
            self.rooms.append(Room())
        for mine, other, shown in zip(self.rooms, whole.rooms, there.rooms, strict=False):
            mine.posts |= other.posts & shown.posts
            mine.invited |= other.invited & shown.members
            mine.inside |= other.inside & shown.members
            mine.gone -= shown.members
            if shown.archived and not mine.archived:
                mine.archived = other.archived
        self.touched |= bool(self.announcements or "ESCALATION" in issue["labels"])


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
    found = {episode.initiator, episode.contact, ticket.reporter, *ALWAYS}
    if episode.in_charge:
        found.add(episode.in_charge)
        crew = PEOPLE[episode.in_charge].get("crew")
        found |= {LEADS[crew]} if crew else set()
    return found


def stakeholders(ticket: Ticket) -> set[str]:
    named = [*ticket.client_facing, *ticket.product]
    return {person for name in named for person in TEAMS.get(name, (name,))}


def saw(trail: Trail, ticket: Ticket, idle_since: datetime | None, now: datetime) -> None:
    """A run has done its work on a ticket."""
    phase = ticket.now.phase
    ended = phase in {"resolved", "withdrawn"}
    if ended and not trail.touched:
        return  # nobody has heard of it, and nobody will
    trail.touched, trail.fragile = True, False
    _announce(trail, ticket, phase, ended=ended)
    _priority(trail, active=ticket.now.active)
    if phase == "held":
        return
    told = set(trail.room.posts | trail.room.deleted) if trail.room else set()
    _channel(trail, ticket, phase, ended=ended)
    if ended and trail.room and not trail.room.archived:
        days = (now - idle_since).total_seconds() / 86_400 if idle_since else 0
        if days >= IDLE_DAYS and trail.room.posts <= told:
            trail.room.archived = "us"


def _announce(trail: Trail, ticket: Ticket, phase: str, *, ended: bool) -> None:
    kind = f"announcement{ticket.suffix}"
    if not ended:
        trail.announcements.add(kind)
    if kind not in trail.announcements or phase == "held":
        return
    said = f"assigned-{ticket.now.in_charge}" if phase == "assigned" else phase
    trail.replies.add(f"{said}{ticket.suffix}")


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
        room = Room()
        trail.rooms.append(room)
    if phase == "resolved":
        trail.comments.add(f"summary{ticket.suffix}")
    if room is None:
        return
    if not ended:
        trail.comments.add("channel")
    if room.archived:
        # By hand: its people decide. Once the escalation is over it is as good as archived by us.
        room.archived = "us" if ended else room.archived
        return
    news = {f"update-{n}{ticket.suffix}" for n, _ in enumerate(ticket.now.updates, 1)}
    room.posts |= news - room.deleted
    if ended:
        room.posts.add({"resolved": "summary"}.get(phase, phase) + ticket.suffix)
        return
    room.posts.add("brief")
    asked = stakeholders(ticket) - room.invited
    room.invited |= asked
    room.gone -= asked | holders(ticket)
    room.inside |= asked | holders(ticket)
