"""Whether Slack and Jira show what they must: everything that is wrong, in words."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from lives.book import ACTIVE, Book, Ticket
from lives.firm import BOT, PEOPLE
from lives.trail import ANNOUNCE_IN, Kinds, Shown, Trail, holders

_BOT_IN_JIRA = "5f0a1c2e:escalation-bot"
_KNOWN = re.compile(
    r"(announcement|acknowledged|assigned-[a-z]+(-\d+)?|resolved|withdrawn|brief|earlier|update-\d+|assessment|summary"
    r"|(contact|assignee)-[a-z]+(-\d+)?|remind-[a-z]+(-\d+)?(-lead)?)(-e\d+)?"
)
"""Kinds that the trail speaks of. Others may be there, and may not be there twice."""


def wrongs(
    state: dict[str, Any], book: Book, trails: dict[str, Trail], seen: Iterable[str]
) -> list[str]:
    """What is wrong with the tickets that a run has just seen, and with all of them together."""
    found = [
        f"{key}: {wrong}"
        for key in seen
        for wrong in _Sight(state, book.tickets[key], trails[key]).wrongs()
    ]
    return found + list(_limits(state, book))


def kinds_there(state: dict[str, Any], ticket: Ticket) -> Kinds:
    """What is there of a ticket, whether or not it should be."""
    sight = _Sight(state, ticket, Trail("Medium", set()))
    parents, replies = sight.announced()
    return Kinds(
        announcements={_kind_of(each) for each in parents},
        replies={_kind_of(each) for each in replies},
        comments=set(_comment_kinds(sight.issue)),
        rooms=[
            Shown(
                posts={_kind_of(each) for each in _ours(shown)},
                members=_handles(shown),
                archived=shown["archived"],
            )
            for shown in sight.rooms
        ],
    )


def announced_there(state: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """Our messages about a ticket in its desk's channel, threads aside."""
    desk = ANNOUNCE_IN[key.partition("-")[0]]
    (channel,) = [each for each in state["slack"]["channels"].values() if each["name"] == desk]
    ours = [each for each in _ours(channel) if _ticket_of(each) == key]
    return [each for each in ours if each["thread_ts"] in {"", each["ts"]}]


def pull_request_wrongs(
    state: dict[str, Any], key: str, *, is_open: bool, told: bool
) -> Iterator[str]:
    """What is wrong with what is only proposed: one message tells of it, and no more is done."""
    said = [_status_of(each) for each in announced_there(state, key)]
    wanted = f"proposed in escalate/{key.lower()}" if is_open else "declined"
    if len(said) != int(told) or not all(each.startswith(wanted) for each in said):
        yield f"{key} is {wanted}, and its announcements say: {said}"
    if "ESCALATION" in state["jira"]["issues"][key]["labels"]:
        yield f"{key} is {wanted}, and carries the label"
    names = [each["name"] for each in state["slack"]["channels"].values()]
    if any(name.startswith(f"{key.lower()}-") for name in names):
        yield f"{key} is {wanted}, and has a channel"


def _status_of(message: dict[str, Any]) -> str:
    return str(message["text"].partition("*Status:* ")[2].partition("\n")[0])


def messages_of(state: dict[str, Any], ticket: Ticket) -> list[dict[str, Any]]:
    """Every message of ours about a ticket, wherever it is."""
    channels = state["slack"]["channels"].values()
    ours = [each for channel in channels for each in _ours(channel)]
    return [each for each in ours if _ticket_of(each) == ticket.key]


class _Sight:
    """One ticket as it is there."""

    def __init__(self, state: dict[str, Any], ticket: Ticket, trail: Trail) -> None:
        self.ticket, self.trail = ticket, trail
        self.phase = ticket.now.phase
        self.issue = state["jira"]["issues"][ticket.key]
        every = list(state["slack"]["channels"].values())
        self.desk = next(each for each in every if each["name"] == ANNOUNCE_IN[ticket.desk])
        stem = f"{ticket.key.lower()}-"
        self.rooms = [each for each in every if each["name"].startswith(stem)]

    def wrongs(self) -> Iterator[str]:
        yield from self._ticket()
        yield from self._comments()
        yield from self._announcements()
        yield from self._rooms()

    # Jira

    def _ticket(self) -> Iterator[str]:
        issue, trail, active = self.issue, self.trail, self.ticket.now.active
        if ("ESCALATION" in issue["labels"]) != active:
            yield f"{self.phase}, and the labels are {issue['labels']}"
        allowed = {trail.priority} | (trail.forgotten if not active else set())
        if issue["priority"] not in allowed:
            yield f"{self.phase}, and the priority is {issue['priority']}, not {allowed}"
        if (issue["assignee"] or "") not in trail.in_jira:
            yield f"in Jira it is {issue['assignee']}'s, not {trail.in_jira}'s"

    def _comments(self) -> Iterator[str]:
        ours = [each for each in self.issue["comments"] if each["author"] == _BOT_IN_JIRA]
        yield from _compare("comments", _comment_kinds(self.issue), self.trail.comments)
        yield from _twice("comment", [each["body"] for each in ours])
        if len(self.issue["remote_links"]) > len(self.rooms):
            yield "more links to channels than channels"
        if self.trail.in_use and self.rooms and self.ticket.now.active:
            name = self.rooms[-1]["name"]
            named = [each["body"] for each in ours if f"#{name}|" in each["body"]]
            if not named:
                yield f"no comment names #{name}"
            for each in [] if self.trail.rooms[-1].first else self.rooms[:-1]:
                if not any(each["name"] in body for body in named):
                    yield f"no comment names the earlier #{each['name']}"

    # Slack

    def announced(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Our messages in the desk's channel, and our replies to them."""
        ours = [each for each in self.desk["messages"] if _ticket_of(each) == self.ticket.key]
        parents = [each for each in ours if each["thread_ts"] in {"", each["ts"]}]
        return parents, [each for each in ours if each not in parents]

    def _announcements(self) -> Iterator[str]:
        parents, replies = self.announced()
        trail = self.trail
        kinds = [_kind_of(each) for each in parents]
        yield from _compare("announcements", kinds, trail.announcements)
        kinds = [_kind_of(each) for each in replies]
        yield from _compare("replies", kinds, trail.replies)
        said = [each for each in replies if not _kind_of(each).startswith("remind-")]
        yield from _twice("reply", [each["thread_ts"] + each["text"] for each in said])
        for each in replies:
            yield from self._reminder(_kind_of(each), each["text"])
        for each in parents:
            yield from self._announcement(each)

    def _announcement(self, message: dict[str, Any]) -> Iterator[str]:
        """The announcement tells of the present; those of earlier episodes, that they are over."""
        status = _status_of(message)
        if _kind_of(message) != f"announcement{self.ticket.suffix}":
            if not status.startswith(("resolved", "withdrawn")):
                yield f"the announcement of an episode that is over says: {status}"
            if "*Escalated again*" not in message["text"]:
                yield "the announcement of an earlier episode does not tell of the later one"
            leads = self.ticket.now.phase == "assigned" and self.trail.in_use
            if leads and f"in <#{self.rooms[-1]['id']}>." not in message["text"]:
                yield "the announcement of an earlier episode leads nowhere"
            return
        person = self.ticket.now.in_charge
        if self.phase == "assigned" and person:
            wanted = f"{PEOPLE[person]['name']} is on it"
        else:
            wanted = self.phase
        if not status.startswith(wanted):
            yield f"{self.phase}, and the announcement says: {status}"
        if f"*Contact:* {PEOPLE[self.ticket.now.contacts[-1]]['name']}" not in message["text"]:
            yield "the announcement names another contact"

    def _reminder(self, kind: str, text: str) -> Iterator[str]:
        """A reminder calls while something is owed, and no longer."""
        if not kind.startswith("remind-"):
            return
        wanted = {True: ":alarm_clock:", False: ":heavy_check_mark:"}
        owed = self.trail.owed.get(kind)
        if kind in self.trail.owed and owed is None:
            return  # not due again yet, or the desk is closed
        if not text.startswith(wanted[bool(owed)]):
            yield f"{kind} is {'' if owed else 'not '}due, and says: {text}"

    def _rooms(self) -> Iterator[str]:
        if len(self.rooms) != len(self.trail.rooms):
            yield f"{len(self.rooms)} channels, not {len(self.trail.rooms)}"
            return
        for shown, room in zip(self.rooms, self.trail.rooms, strict=True):
            name = shown["name"]
            if name != room.name and room.name:
                yield f"#{room.name} is called #{name}"
            if shown["archived"] != bool(room.archived):
                yield f"#{name} is {'' if shown['archived'] else 'not '}archived"
            members = _handles(shown)
            if missing := room.inside - members:
                yield f"#{name} lacks {sorted(missing)}"
            if back := members & room.gone:
                yield f"#{name} has {sorted(back)} again, who had left"
            ours = _ours(shown)
            kinds = [_kind_of(each) for each in ours]
            yield from _compare(f"posts in #{name}", kinds, room.posts)
            said = [each for each in ours if not _kind_of(each).startswith("remind-")]
            yield from _twice(f"post in #{name}", [each["text"] for each in said])
            others = [each for each in ours if _ticket_of(each) != self.ticket.key]
            if others:
                yield f"#{name} has posts of other tickets"
        if self.trail.in_use and self.phase != "held":
            yield from self._live(self.rooms[-1])

    def _live(self, shown: dict[str, Any]) -> Iterator[str]:
        name = shown["name"]
        for each in _ours(shown):
            yield from self._reminder(_kind_of(each), each["text"])
        topic, purpose = shown["topic"]["value"], shown["purpose"]["value"]
        if not topic.startswith(f"{self.ticket.key} {self.phase}"):
            yield f"{self.phase}, and the topic of #{name} is {topic}"
        if f"contact {PEOPLE[self.ticket.now.contacts[-1]]['name']}" not in topic:
            yield f"the topic of #{name} names another contact"
        if not purpose.startswith(f"Escalation {self.ticket.key}: "):
            yield f"the purpose of #{name} is {purpose}"
        if not self.ticket.now.active:
            return
        members = set(shown["members"])
        absent = {each for each in holders(self.ticket) if PEOPLE[each]["slack"] not in members}
        if absent or BOT not in members:
            yield f"#{name} lacks {sorted(absent) or 'the bot'}"
        pinned = {each["ts"] for each in shown["pins"]}
        briefs = {each["ts"]: each for each in shown["messages"] if _kind_of(each) == "brief"}
        if not pinned & briefs.keys():
            yield f"no brief is pinned in #{name}"
        for each in briefs.values():
            yield from self._brief(each["text"])

    def _brief(self, text: str) -> Iterator[str]:
        episode = self.ticket.now
        names = {"Escalated by": episode.initiator, "Contact": episode.contacts[-1]}
        names |= {"Assignee": episode.in_charge} if episode.in_charge else {}
        for role, handle in names.items():
            if f"*{role}:* {PEOPLE[handle]['name']}" not in text:
                yield f"the brief names another {role.lower()} than {handle}"
        if episode.assessment and episode.assessment not in text:
            yield "the brief lacks the assessment"


def _limits(state: dict[str, Any], book: Book) -> Iterator[str]:
    """The limits by what everybody can see in Jira, who overrides them aside."""
    marked: dict[str, list[str]] = {desk: [] for desk in ACTIVE}
    people: Counter[str] = Counter()
    for key, issue in state["jira"]["issues"].items():
        ticket = book.tickets.get(key)
        if "ESCALATION" not in issue["labels"] or ticket is None or ticket.now.overridden:
            continue
        marked[ticket.desk].append(key)
        person = ticket.now.in_charge
        if person and issue["assignee"] == PEOPLE[person]["jira"]:  # not given away by hand
            people[person] += 1
    for desk, keys in marked.items():
        if len(keys) > ACTIVE[desk]:
            yield f"{desk} has {len(keys)} active: {keys}"
    for person, count in people.items():
        if count > 1:
            yield f"{person} has {count} escalations"


def _compare(what: str, found: list[str], wanted: set[str]) -> Iterator[str]:
    if missing := wanted - set(found):
        yield f"{what} lack {sorted(missing)}"
    if extra := {each for each in found if _KNOWN.fullmatch(each)} - wanted:
        yield f"{what} have {sorted(extra)}, which nothing asks for"
    yield from _twice(what, found)


def _twice(what: str, found: list[str]) -> Iterator[str]:
    for each, count in Counter(found).items():
        if count > 1:
            yield f"{what} {count} times: {each[:300]}"


def _comment_kinds(issue: dict[str, Any]) -> list[str]:
    ours = [each for each in issue["comments"] if each["author"] == _BOT_IN_JIRA]
    return [str(each["properties"]["escalation"]["key"]) for each in ours]


def _ours(channel: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for each in channel["messages"] if each["user"] == BOT and each["metadata"]]


def _handles(channel: dict[str, Any]) -> set[str]:
    return {handle for handle, it in PEOPLE.items() if it["slack"] in channel["members"]}


def _payload(message: dict[str, Any]) -> dict[str, Any]:
    return (message.get("metadata") or {}).get("event_payload") or {}


def _kind_of(message: dict[str, Any]) -> str:
    return str(_payload(message).get("kind", ""))


def _ticket_of(message: dict[str, Any]) -> str:
    return str(_payload(message).get("ticket", ""))
