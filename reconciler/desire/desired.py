"""desired = f(files, policy, roster): what every escalation asks of Jira and Slack."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

from reconciler.desire.case import Case
from reconciler.desire.channel_name import channel_name
from reconciler.desire.earlier import earlier_announcements, earlier_reminders
from reconciler.desire.escape import one_line
from reconciler.desire.jira_wording import (
    acknowledged_comment,
    channel_comment,
    contact_comment,
    summary_comment,
    update_comment,
)
from reconciler.desire.kinds import episode_kind
from reconciler.desire.links import Links
from reconciler.desire.proposal import acknowledged_reply
from reconciler.desire.reminders import answered, reminders
from reconciler.desire.slack_wording import SlackWording
from reconciler.model.arrival import Arrival
from reconciler.model.book import Book
from reconciler.model.desired import (
    Bookmark,
    Desired,
    DesiredAnnouncement,
    DesiredChannel,
    DesiredTicket,
    Invitee,
    Message,
)
from reconciler.model.finding import Loc, Position
from reconciler.model.hands import times
from reconciler.model.observed import Trouble
from reconciler.model.phase import Phase
from reconciler.model.policy import OpenFrom

_SUMMARY: Final = "root-cause summary"
_GIST_LENGTH: Final = 80


def desire(
    book: Book,
    cases: Iterable[Case],
    jira_url: str,
    now: datetime,
    arrivals: Mapping[str, Arrival] | None = None,
) -> tuple[Desired, ...]:
    """What each case asks for, in order of ticket.

    `arrivals` tells by path which pull request brought the file, for a link to it. Escalations of
    a project that is no desk ask for nothing: a finding tells of them.
    """
    links = Links(jira_url, book.policy)
    return tuple(
        _Desire(book, case, links, now, (arrivals or {}).get(case.source.path)).whole()
        for case in cases
        if case.escalation.desk in book.policy.desks
    )


class _Desire:
    def __init__(
        self, book: Book, case: Case, links: Links, now: datetime, arrival: Arrival | None
    ) -> None:
        self._now = now
        self._arrival = arrival
        self._book = book
        self._policy = book.policy
        self._roster = book.roster
        self._case = case
        self._escalation = case.escalation
        self._episode = case.escalation.current
        self._phase = case.phase
        self._links = links
        self._say = SlackWording(case, book.roster, links)

    def whole(self) -> Desired:
        return Desired(
            ticket=self._escalation.ticket,
            title=one_line(self._escalation.title, 160),
            desk=self._escalation.desk,
            phase=self._phase,
            path=self._case.source.path,
            jira=self._ticket(),
            channel=self._channel(),
            announcement=self._announcement(),
            drift=self._policy.drift,
            notices=tuple(self._notices()),
            vanished=self._case.vanished is not None,
            acknowledged=self._case.acknowledged,
            unread=self._case.unread,
        )

    def _notices(self) -> Iterator[Trouble]:
        """What the limits and the history made of the file."""
        case = self._case
        if case.held:
            yield Trouble("limits", f"held: {case.held}", f"{case.way_out}.")
        if case.waits:
            cure = "It counts by itself as soon as they are free, or name somebody else."
            yield Trouble("limits", f"the assignment waits: {case.waits}", cure)
        if case.overridden_by:
            reason = self._episode.override.reason if self._episode.override else ""
            name = self._roster.name(case.overridden_by)
            told = one_line(f"let past the limits by {name}: {reason}", _GIST_LENGTH * 2)
            yield Trouble("limits", told, "")
        if case.vanished is not None:
            yield Trouble(
                "files",
                "its file is gone from the main branch, so it counts as withdrawn",
                "To end an escalation, say so in its file; bring the file back for the record.",
            )

    def _at(self, *loc: str | int) -> Position:
        return self._case.source.position(*loc)

    def _here(self, *loc: str | int) -> Position:
        """A place in the current episode."""
        return self._at(*self._escalation.current_loc, *loc)

    def _kind(self, kind: str) -> str:
        """Kinds of later episodes are told apart, so that each episode has its own messages."""
        return episode_kind(kind, len(self._escalation.episodes))

    @property
    def _opens_channel(self) -> bool:
        early = self._policy.channel.open_from is OpenFrom.ACKNOWLEDGED
        return self._phase is Phase.ASSIGNED or (early and self._phase is Phase.ACKNOWLEDGED)

    def _ticket(self) -> DesiredTicket:
        jira = self._policy.jira
        resolution = self._episode.resolution
        comments = [
            *self._acknowledged_comment(),
            *self._channel_comment(),
            *self._news_comments(),
        ]
        follow_ups: list[tuple[str, Position]] = []
        if resolution is not None:
            text = summary_comment(self._escalation, resolution, self._roster)
            why = self._here("resolution")
            comments.append(Message(self._kind("summary"), text, why, gist=_SUMMARY))
            if resolution.follow_ups != "none":
                follow_ups = [
                    (key, self._here("resolution", "follow_ups", index))
                    for index, key in enumerate(resolution.follow_ups)
                ]
        return DesiredTicket(
            escalated=self._phase.active,
            label=jira.label,
            priority=jira.priority,
            assignee=self._episode.assignee if self._phase is Phase.ASSIGNED else None,
            comments=tuple(comments),
            follow_ups=tuple(follow_ups),
            follow_up_link=jira.follow_up_link,
            link_summary=one_line(f"Escalation channel ({self._phase})", 100),
            why=self._end_or_start(),
            assignee_why=self._here("assignee"),
        )

    def _end_or_start(self) -> Position:
        for end in ("resolution", "withdrawn"):
            if getattr(self._episode, end) is not None:
                return self._here(end)
        return self._here() if self._escalation.episodes else self._at("ticket")

    def _channel(self) -> DesiredChannel:
        ended = self._phase.ended
        why = self._end_or_start()
        adopted, by_hand = self._escalation.adopted, self._escalation.by_hand.channel is not None
        return DesiredChannel(
            name=channel_name(self._escalation),
            opens=self._opens_channel,
            topic=Message("topic", self._say.topic(), why),
            purpose=Message("purpose", self._say.purpose(), self._at("title")),
            bookmarks=() if by_hand else self._bookmarks(),
            invitees=tuple(self._invitees()) if self._phase.active else (),
            brief=None if ended or by_hand else self._brief(),
            posts=tuple(self._posts()),
            archive_after_idle_days=self._policy.channel.archive_after_idle_days if ended else None,
            adopted=(adopted and adopted.channel) or "",
            by_hand=by_hand,
        )

    def _channel_comment(self) -> Iterator[Message]:
        if self._escalation.by_hand.comment is None:
            why, gist = self._at("ticket"), "names the channel"
            yield Message("channel", channel_comment(), why, standing=True, gist=gist)

    def _acknowledged_comment(self) -> Iterator[Message]:
        found = self._case.acknowledged
        if found is not None and self._phase.active:
            text = acknowledged_comment(found, self._roster, self._links)
            gist = one_line(f"acknowledged by {self._roster.name(found.by)}", _GIST_LENGTH)
            yield Message(self._kind("acknowledged"), text, self._here("reason"), gist=gist)

    def _news_comments(self) -> Iterator[Message]:
        """The updates, and who is the contact now, for those who read the ticket only."""
        for index, update in enumerate(self._episode.updates):
            text, where = update_comment(update, self._roster), self._here("updates", index)
            gist = one_line(
                f"update {index + 1} by {self._roster.name(update.by)}: {update.text}", _GIST_LENGTH
            )
            yield Message(self._kind(f"update-{index + 1}"), text, where, gist=gist)
        contacts = self._case.hands.contacts
        if self._phase.active and len(contacts) > 1 and contacts[-1] == self._episode.contact:
            text = contact_comment(contacts[-1], contacts[-2], self._roster)
            gist = one_line(f"{self._roster.name(contacts[-1])} is the contact now", _GIST_LENGTH)
            yield Message(self._hand("contact", contacts), text, self._here("contact"), gist=gist)

    def _brief(self) -> Message:
        why, gist = self._here("reason"), "who is who, impact, reason, findings"
        return Message("brief", self._say.brief(), why, standing=True, gist=gist)

    def _bookmarks(self) -> tuple[Bookmark, ...]:
        ticket, path = self._escalation.ticket, self._case.source.path
        why = self._at("ticket")
        bookmarks = (
            Bookmark("ticket", f"Ticket {ticket}", self._links.ticket(ticket), why),
            Bookmark("file", "Escalation file", self._links.file(path), why),
        )
        number = self._arrival.pull_request if self._arrival else None
        if number is None:
            return bookmarks
        link = self._links.pull_request(number)
        return (*bookmarks, Bookmark("pull-request", f"Pull request #{number}", link, why))

    def _invitees(self) -> Iterator[Invitee]:
        """Role holders first; whoever appears twice keeps the first, stronger claim."""
        seen: set[str] = set()
        for handle, loc, again in self._claims():
            for person in self._roster.members(handle):
                if person not in seen:
                    seen.add(person)
                    yield Invitee(person, loc, again)

    def _claims(self) -> Iterator[tuple[str, Position, bool]]:
        episode = self._episode
        yield episode.initiator, self._here("initiator"), True
        yield episode.contact, self._here("contact"), True
        yield self._escalation.reporter.person, self._at("reporter", "person"), True
        before = self._case.hands
        if before.contact_before:  # so that they can be told; they have been invited already
            yield before.contact_before, self._here("contact"), False
        if before.assignee_before:
            yield before.assignee_before, self._here("assignee"), False
        if episode.assignee is not None:
            yield episode.assignee, self._here("assignee"), True
            lead = self._roster.crew_lead(episode.assignee)
            if lead is not None:
                yield lead, self._here("assignee"), True
        for handle in self._policy.always_include:
            yield handle, Position("config/policy.yaml"), True
        for side in ("client_facing", "product_engineering"):
            for index, handle in enumerate(getattr(self._escalation.stakeholders, side)):
                yield handle, self._at("stakeholders", side, index), False

    def _posts(self) -> Iterator[Message]:
        yield from self._changed_hands()
        for index, update in enumerate(self._episode.updates):
            kind = self._kind(f"update-{index + 1}")
            author = self._roster.name(update.by)
            gist = one_line(f"update {index + 1} by {author}: {update.text}", _GIST_LENGTH)
            yield Message(kind, self._say.update(update), self._here("updates", index), gist=gist)
        if self._phase is Phase.WITHDRAWN:
            text = self._say.withdrawal()
            why = self._here("withdrawn")
            yield Message(self._kind("withdrawn"), text, why, gist="why it was withdrawn")
        elif self._episode.resolution is not None:
            text = self._say.summary(self._episode.resolution)
            why = self._here("resolution")
            yield Message(self._kind("summary"), text, why, gist=_SUMMARY)

    def _changed_hands(self) -> Iterator[Message]:
        """That somebody else is in charge, or is the contact, for those in the channel."""
        if self._phase is not Phase.ASSIGNED:
            return
        hands, say = self._case.hands, self._say
        if hands.contact_before and hands.contacts[-1] == self._episode.contact:
            kind, where = self._hand("contact", hands.contacts), self._here("contact")
            gist = f"{self._roster.name(hands.contacts[-1])} is the contact now"
            calls = (hands.contacts[-1], hands.contact_before)
            yield Message(kind, say.new_contact(), where, gist=gist, calls=calls)
        if hands.assignee_before and hands.assignees[-1] == self._episode.assignee:
            kind, where = self._hand("assignee", hands.assignees), self._here("assignee")
            gist = f"{self._roster.name(hands.assignees[-1])} is in charge now"
            calls = (hands.assignees[-1], hands.assignee_before)
            yield Message(kind, say.new_assignee(), where, gist=gist, calls=calls)

    def _hand(self, role: str, handles: tuple[str, ...]) -> str:
        """The kind of a message on who has a role now; whoever has it again is told again."""
        count = times(handles, handles[-1])
        again = f"-{count}" if count > 1 else ""
        return self._kind(f"{role}-{handles[-1]}{again}")

    def _announcement(self) -> DesiredAnnouncement:
        why: Loc = ("assignee",) if self._phase is Phase.ASSIGNED else ()
        kind = said = str(self._phase)
        if self._phase is Phase.ASSIGNED and self._episode.assignee:
            count = times(self._case.hands.assignees, self._episode.assignee)
            again = f"-{count}" if count > 1 else ""
            kind = f"assigned-{self._episode.assignee}{again}"
            said = f"assigned to {self._roster.name(self._episode.assignee)}"
        said_now = Message(
            self._kind(kind),
            self._say.reply(),
            self._here(*why) if why else self._end_or_start(),
            gist=one_line(f"reply: {said}", _GIST_LENGTH),
        )
        channel = self._policy.desks[self._escalation.desk].announce_in
        return DesiredAnnouncement(
            channel_name=channel,
            message=Message(
                self._kind("announcement"),
                self._say.announcement(with_channel=self._opens_channel),
                self._end_or_start(),
                standing=True,
                gist=f"in #{channel}: {self._phase}",
            ),
            replies=tuple(self._replies(said_now)),
            reminders=tuple(reminders(self._case, self._book, self._now)),
            settled=tuple(earlier_reminders(self._case, self._book, self._now)),
            answered=answered(self._case),
            root=self._escalation.by_hand.announcement or "",
            earlier=tuple(earlier_announcements(self._case, self._book, self._links, self._now)),
        )

    def _replies(self, now: Message) -> Iterator[Message]:
        if self._case.acknowledged is not None and not self._phase.ended:
            yield acknowledged_reply(self._say, self._case, self._book, self._end_or_start())
            if self._phase is Phase.ACKNOWLEDGED:
                return
        if self._phase is not Phase.HELD:
            yield now
        contacts = self._case.hands.contacts
        if self._phase.active and len(contacts) > 1 and contacts[-1] == self._episode.contact:
            text, where = self._say.contact_reply(), self._here("contact")
            gist = one_line(f"reply: contact {self._roster.name(contacts[-1])}", _GIST_LENGTH)
            yield Message(self._hand("contact", contacts), text, where, gist=gist)
