"""What is expected of admissions: who counts, who waits, who is in charge. Written from the words
of the process and of the decisions, and sharing nothing with the code that judges."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from company import escalation, resolution

ZONE = ZoneInfo("America/New_York")
PER_DAY = {"DS": 3, "PLAT": 2}
ACTIVE = {"DS": 5, "PLAT": 3}
OVERRIDER = {"DS": "hannah", "PLAT": "yusuf"}
SOON = timedelta(hours=24)


@dataclass
class Episode:
    """One stretch from escalation to its end."""

    contact: str
    """Who was it in the beginning."""
    initiator: str
    arrived: datetime
    assignee: str | None = None
    """Whom the file names."""
    assignees: list[str] = field(default_factory=list)
    """Whom it has named, one after the other."""
    assigned: datetime | None = None
    """When it named the last of them."""
    handovers: list[tuple[datetime, str]] = field(default_factory=list)
    contacts: list[str] = field(default_factory=list)
    """Who has been it, one after the other."""
    updated: datetime | None = None
    snoozed: datetime | None = None
    charged: bool = True
    """Whether it counts for the day."""
    overridden: bool = False
    updates: list[dict[str, str]] = field(default_factory=list)
    assessment: str | None = None
    end: str = ""
    """`resolved` or `withdrawn`."""
    ended: datetime | None = None
    admitted: datetime | None = None
    in_charge: str | None = None
    """Who is it in effect: whom the file names, unless they are busy."""

    def __post_init__(self) -> None:
        self.contacts.append(self.contact)
        if self.assignee:
            self.assignees.append(self.assignee)
            self.assigned = self.arrived

    def hear(self, who: str) -> None:
        """Somebody is the contact from now on."""
        if self.contacts[-1] != who:
            self.contacts.append(who)

    @property
    def open(self) -> bool:
        return not self.end

    @property
    def active(self) -> bool:
        return self.open and self.admitted is not None

    @property
    def phase(self) -> str:
        if self.end:
            return self.end
        if self.admitted is None:
            return "held"
        return "assigned" if self.in_charge else "acknowledged"


@dataclass
class Ticket:
    """An escalated ticket as people have declared it."""

    key: str
    reporter: str
    episodes: list[Episode]
    client_facing: list[str] = field(default_factory=list)
    product: list[str] = field(default_factory=list)
    events: Counter[str] = field(default_factory=Counter)
    """How often history has to tell of each kind of event."""

    def assign(self, who: str | None, at: datetime) -> None:
        now = self.now
        before, now.assignee = now.assignee, who
        if before == who:
            return
        kinds = {(True, True): "reassigned", (True, False): "unassigned"}
        self.events[kinds.get((bool(before), bool(who)), "assigned")] += 1
        if who is not None:
            now.assigned = at
            if now.assignees[-1:] != [who]:
                now.assignees.append(who)

    def hand_over(self, who: str, at: datetime, *, later: bool) -> None:
        now = self.now
        if later or now.handovers:
            now.handovers.append((at, who))
            self.events["contact handed over"] += 1
        else:
            self.events["contact handed over"] += who != now.contact
            now.contact = who
        if not later:
            now.hear(who)

    def add_update(self, update: dict[str, str], at: datetime) -> None:
        self.events["update added"] += 1
        self.now.updates.append(update)
        self.now.updated = at

    def assess(self, text: str) -> None:
        self.events["assessed"] += self.now.assessment is None
        self.now.assessment = text

    @property
    def desk(self) -> str:
        return self.key.partition("-")[0]

    @property
    def now(self) -> Episode:
        return self.episodes[-1]

    @property
    def suffix(self) -> str:
        """How the kinds of its messages end: later episodes have messages of their own."""
        return f"-e{len(self.episodes)}" if len(self.episodes) > 1 else ""

    def file(self) -> dict[str, Any]:
        """What its file says."""
        first, *others = [self._episode(each) for each in self.episodes]
        return escalation(
            self.key,
            **first,
            reporter=self._reporter(),
            stakeholders={
                "client_facing": self.client_facing,
                "product_engineering": self.product,
            },
            episodes=[
                {key: each for key, each in other.items() if each is not None} for other in others
            ],
        )

    def _reporter(self) -> dict[str, str]:
        return {
            "person": self.reporter,
            "findings": f"The log of {self.key} shows refusals.",
            "blocked_because": "Nobody else can read it.",
        }

    def _episode(self, episode: Episode) -> dict[str, Any]:
        number = self.episodes.index(episode) + 1
        impact = {"level": "high", "who": "Payers", "how_many": 9, "symptom": "An error."}
        override = {"by": OVERRIDER[self.desk], "reason": "The regulator asks for it."}
        ends = {
            "resolved": {
                "resolution": resolution(
                    root_cause=f"Cause {number} of {self.key}.",
                    customer_communication={"owner": self.reporter, "state": "pending"},
                )
            },
            "withdrawn": {
                "withdrawn": {"by": episode.initiator, "reason": f"Mistake {number} of {self.key}."}
            },
            "": {},
        }
        return {
            "impact": impact,
            "reason": f"Reason {number} of {self.key}.",
            "initiator": episode.initiator,
            "contact": episode.contact,
            "handovers": [{"at": _zoned(at), "to": who} for at, who in episode.handovers] or None,
            "assignee": episode.assignee,
            "updates": episode.updates or None,
            "assessment": episode.assessment,
            "snooze_until": _zoned(episode.snoozed) if episode.snoozed else None,
            "override": override if episode.overridden else None,
            **ends[episode.end],
        }


def _zoned(moment: datetime) -> str:
    return moment.astimezone(ZONE).isoformat()


class Book:
    """All tickets of the company, in the order in which their episodes arrived."""

    def __init__(self, now: datetime) -> None:
        self.clock = now
        self.tickets: dict[str, Ticket] = {}
        self.queue: list[tuple[str, Episode]] = []
        self.taken: Counter[tuple[str, date]] = Counter()

    def active(self, desk: str) -> list[Episode]:
        mine = [each for each in self.tickets.values() if each.desk == desk]
        return [each.now for each in mine if each.now.active]

    def bring(self, ticket: Ticket, episode: Episode) -> None:
        """An episode arrives: the first of its ticket, or a later one."""
        if ticket.key in self.tickets:
            counted = [each.ended for each in ticket.episodes if each.admitted and each.ended]
            # Only what has counted itself lets its return go free.
            episode.charged = not counted or episode.arrived - counted[-1] >= SOON
            ticket.episodes.append(episode)
            ticket.events["reopened"] += 1
        else:
            ticket.events["escalated"] += 1
        ticket.events["assigned"] += episode.assignee is not None
        self.tickets[ticket.key] = ticket
        self.queue.append((ticket.desk, episode))

    def end(self, ticket: Ticket, end: str) -> None:
        ticket.now.end, ticket.now.ended = end, self.clock
        ticket.events[end] += 1

    def settle(self) -> None:
        """Whoever fits is admitted and put in charge, first come, first served."""
        while any(self._advance(desk, episode) for desk, episode in self.queue if episode.open):
            pass

    def pass_to(self, now: datetime) -> None:
        """Time goes by; each midnight makes room, and contacts change at their times."""
        for episode in (each for it in self.tickets.values() for each in it.episodes):
            for at, who in episode.handovers:
                if self.clock < at <= now:
                    episode.hear(who)
        day = self._day(self.clock) + timedelta(days=1)
        while (midnight := datetime.combine(day, time.min, ZONE)) <= now:
            self.clock = midnight
            self.settle()
            day += timedelta(days=1)
        self.clock = now

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(ZONE).date()

    def _advance(self, desk: str, episode: Episode) -> bool:
        """Let one episode go on; whether it did."""
        if episode.admitted is None:
            if not episode.overridden and not self._fits(desk, episode):
                return False
            episode.admitted = self.clock
            if episode.charged:
                self.taken[desk, self._day(self.clock)] += 1
            episode.in_charge = episode.assignee
            return True
        if episode.in_charge == episode.assignee:
            return False
        if not episode.overridden and self._busy(episode):
            return False
        episode.in_charge = episode.assignee
        return True

    def _fits(self, desk: str, episode: Episode) -> bool:
        today = self.taken[desk, self._day(self.clock)]
        if episode.charged and today >= PER_DAY[desk]:
            return False
        return len(self.active(desk)) < ACTIVE[desk] and not self._busy(episode)

    def _busy(self, episode: Episode) -> bool:
        """Whether whom the file names has another one, at whichever desk."""
        return episode.assignee is not None and any(
            other.active and other is not episode and other.in_charge == episode.assignee
            for _, other in self.queue
        )
