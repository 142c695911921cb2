"""One escalation as Jira and Slack show it; what costs a call is read only when needed."""

import copy
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from reconciler.model.desired import Desired
from reconciler.model.observed import Announced, Channel, Observed, Reading, Ticket
from reconciler.model.receipt import ChannelReceipt, Receipt
from reconciler.model.roster import Roster
from reconciler.observe.announcements import Announcements, posts_of
from reconciler.observe.people import People
from reconciler.observe.survey import Survey, refreshed
from reconciler.services.gateways import Gateways

THOROUGH: Final = frozenset(
    {
        Reading.MESSAGES,
        Reading.BOOKMARKS,
        Reading.PINS,
        Reading.ANNOUNCEMENT,
        Reading.REMOTE_LINK,
    }
)
"""What a thorough run reads of every escalation."""


class Observer:
    """Reads one escalation after the other, from any thread."""

    def __init__(self, gateways: Gateways, survey: Survey, roster: Roster, now: datetime) -> None:
        """Start from a survey."""
        self.survey = survey
        self._gateways = gateways
        self._jira = gateways.jira
        self._slack = gateways.slack
        self.people = People(gateways.jira, gateways.slack, roster)
        self.announcements = Announcements(gateways.slack, survey.identity, now)

    def observe(self, desired: Desired) -> Observed:
        """What is seen without reading anything on purpose: at most one call for the members."""
        ticket = self.survey.tickets.get(desired.ticket)
        receipt = ticket.receipt if ticket else None
        channel = self._channel(desired, receipt)
        invitees = [each.handle for each in desired.channel.invitees]
        called = [
            handle
            for each in desired.announcement.reminders
            if each.due
            for handle in each.message.calls
        ]
        slack_ids, no_slack = self.people.in_slack([*invitees, *called] if ticket else [])
        jira_ids, no_jira = self.people.in_jira(
            desired.jira.assignee if ticket else None, desired.ticket
        )
        return Observed(
            ticket=ticket,
            channel=channel,
            announced=Announced(self._announced_in(desired, receipt)),
            slack_ids=slack_ids,
            jira_ids=jira_ids,
            missing_tickets=frozenset(
                key for key, _ in desired.jira.follow_ups if key not in self.survey.tickets
            ),
            unknown={**no_slack, **no_jira},
            moved_to=self.survey.moved.get(desired.ticket),
            assignee=self.people.handle_in_jira(ticket.assignee if ticket else None),
        )

    def refresh(self, desired: Desired) -> Observed:
        """Everything about one escalation read anew, after something went wrong."""
        self.announcements.forget()
        fresh = refreshed(self.survey, self._gateways, desired.ticket)
        beside = copy.copy(self)
        beside.survey = fresh
        return beside.observe(desired)

    def _channel(self, desired: Desired, receipt: Receipt | None) -> Channel | None:
        known = receipt.channel if receipt else None
        if known is None and desired.channel.adopted:
            known = ChannelReceipt(id=desired.channel.adopted, name=desired.channel.name)
        channel = self.survey.channel_of(desired.ticket)
        if known is not None:
            beside = channel if channel is None or channel.id != known.id else None
            channel = self.survey.channel_by_id(known.id)
            if channel is None and receipt and receipt.archived and desired.phase.ended:
                return _as_archived(known)
            # One of ours that is live is the one, should a run have died right after making it.
            channel = channel or beside or self._slack.channel(known.id) or _as_hidden(known)
        if channel is None or _is_shut(channel):
            return channel
        if not desired.phase.active:
            return channel
        return replace(channel, members=self._slack.members(channel.id))

    def _announced_in(self, desired: Desired, receipt: Receipt | None) -> str | None:
        told = receipt.announced_in if receipt and receipt.announcements else None
        return told or self.survey.channel_named(desired.announcement.channel_name)

    def deepen(self, desired: Desired, observed: Observed, needs: frozenset[Reading]) -> Observed:
        """The same with the readings that are asked for."""
        steps: dict[Reading, Callable[[Desired, Observed], Observed]] = {
            Reading.MESSAGES: self._read_messages,
            Reading.BOOKMARKS: self._read_bookmarks,
            Reading.PINS: self._read_pins,
            Reading.ANNOUNCEMENT: self._read_announcement,
            Reading.THREAD: self._read_thread,
            Reading.IDLENESS: self._read_idleness,
            Reading.REMOTE_LINK: self._read_remote_link,
            Reading.CHANGELOG: self._read_changelog,
        }
        for reading, step in steps.items():
            if reading in needs - observed.readings:
                seen = step(desired, observed)
                observed = replace(seen, readings=observed.readings | {reading})
        return observed

    def _with_channel(self, observed: Observed, look: Callable[[Channel], Channel]) -> Observed:
        channel = observed.channel
        if channel is None or _is_shut(channel):
            return observed
        return replace(observed, channel=look(channel))

    def _read_messages(self, desired: Desired, observed: Observed) -> Observed:
        def look(channel: Channel) -> Channel:
            seen = self._slack.messages(channel.id, self.survey.identity)
            posts = posts_of(seen, desired.ticket)
            return replace(channel, posts=posts, joined=seen.joined, latest=seen.latest)

        return self._with_channel(observed, look)

    def _read_bookmarks(self, _: Desired, observed: Observed) -> Observed:
        return self._with_channel(
            observed, lambda channel: replace(channel, bookmarks=self._slack.bookmarks(channel.id))
        )

    def _read_pins(self, _: Desired, observed: Observed) -> Observed:
        return self._with_channel(
            observed, lambda channel: replace(channel, pins=self._slack.pins(channel.id))
        )

    def _read_idleness(self, _: Desired, observed: Observed) -> Observed:
        return self._with_channel(
            observed, lambda channel: replace(channel, latest=self._slack.latest(channel.id))
        )

    def _read_announcement(self, desired: Desired, observed: Observed) -> Observed:
        announced = observed.announced
        if announced.channel is None:
            return observed
        name = desired.announcement.channel_name
        posts = self.announcements.of(desired.ticket, name, announced.channel)
        return replace(observed, announced=replace(announced, messages=posts))

    def _read_thread(self, desired: Desired, observed: Observed) -> Observed:
        announced = observed.announced
        receipt = observed.ticket.receipt if observed.ticket else None
        known = announced.messages
        if known is None:
            known = receipt.announcements if receipt else {}
        message = known.get(desired.announcement.message.kind)
        root = desired.announcement.root or (message.ts if message else "")
        if not root or announced.channel is None:
            return observed
        replies = self.announcements.replies(desired.ticket, announced.channel, root)
        return replace(observed, announced=replace(announced, replies=replies))

    def _read_remote_link(self, _: Desired, observed: Observed) -> Observed:
        if observed.channel is None:
            return observed  # there is nothing that a link could lead to
        return self._with_ticket(
            observed, lambda ticket: replace(ticket, remote_link=self._jira.remote_link(ticket.key))
        )

    def _read_changelog(self, _: Desired, observed: Observed) -> Observed:
        def look(ticket: Ticket) -> Ticket:
            ours = ticket.priority.id if ticket.priority else ""
            return replace(ticket, previous_priority=self._jira.previous_priority(ticket.key, ours))

        return self._with_ticket(observed, look)

    @staticmethod
    def _with_ticket(observed: Observed, look: Callable[[Ticket], Ticket]) -> Observed:
        return replace(observed, ticket=look(observed.ticket)) if observed.ticket else observed


def _is_shut(channel: Channel) -> bool:
    """Whether there is nothing to read in it."""
    return channel.archived or channel.hidden or not channel.bot_is_member


def _as_hidden(known: ChannelReceipt) -> Channel:
    """A channel that Slack does not show any more."""
    return Channel(known.id, known.name, "", "", archived=False, bot_is_member=False, hidden=True)


def _as_archived(known: ChannelReceipt) -> Channel:
    """A channel whose story is over; Slack is not asked about it again."""
    return Channel(known.id, known.name, "", "", archived=True, bot_is_member=False)
