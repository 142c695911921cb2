"""One escalation as Jira and Slack show it; what costs a call is read only when needed."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from reconciler.model.change_log import raised_to
from reconciler.model.desired import Desired
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.observed import (
    Announced,
    Channel,
    Copy,
    CopyPlace,
    Observed,
    Priority,
    Probe,
    Ticket,
)
from reconciler.model.receipt import BY_HAND, ChannelReceipt, PostReceipt, Receipt
from reconciler.model.roster import Roster
from reconciler.model.ticket_comments import recognised, unread_comments
from reconciler.reconcile.channel_identity import (
    Claimant,
    candidates,
    needs_messages,
    why_not_ours,
)
from reconciler.reconcile.inventory.cached_reads import Once
from reconciler.reconcile.inventory.desk_channels import Announcements, copies_of, posts_of
from reconciler.reconcile.inventory.people import People
from reconciler.reconcile.inventory.search_start import announced_in, default_start
from reconciler.reconcile.inventory.survey import Survey, refreshed
from reconciler.reconcile.lost_receipt import judged
from reconciler.services.connect import Gateways
from reconciler.services.errors import ServiceError
from reconciler.services.slack.values import Messages, PostKey

THOROUGH: Final = frozenset(
    {
        Probe.MESSAGES,
        Probe.BOOKMARKS,
        Probe.PINS,
        Probe.ANNOUNCEMENT,
        Probe.REMOTE_LINK,
    }
)
"""What a thorough run reads of every escalation."""


class Observer:
    """Reads one escalation after the other, from any thread."""

    def __init__(
        self,
        gateways: Gateways,
        survey: Survey,
        roster: Roster,
        now: datetime,
        starts: Mapping[str, float],
    ) -> None:
        """Start from a survey; `starts` holds how far back each desk's channel is read."""
        self.survey = survey
        self._gateways = gateways
        self._jira = gateways.jira
        self._slack = gateways.slack
        self.people = People(gateways.jira, gateways.slack, roster)
        self.announcements = Announcements(
            gateways.slack, survey.identity, starts, default_start(now)
        )
        self._messages: Once[Messages] = Once()

    def observe(self, desired: Desired) -> Observed:
        """What the survey shows of an escalation, with at most one further call, for the members.

        Raises ServiceError if something cannot be read, such as the ticket.
        """
        if desired.pull_request is not None:
            return self._observe_pull_request(desired)
        unread = self.survey.unread.get(desired.ticket)
        if unread is not None and unread.passing:
            return self._observe_channel(desired, unread)
        if self.survey.absent == "Slack":
            return self._observe_ticket(desired)
        exists = self.survey.exists(desired.ticket)
        ticket = self.survey.tickets[desired.ticket] if exists else None
        receipt = ticket.receipt if ticket else None
        former = self._former_keys(desired, receipt)
        known = receipt if receipt and receipt.ticket in {desired.ticket, *former} else None
        channel, disowned = self._channel(desired, known, former)
        invitees = [each.handle for each in desired.channel.invitees]
        slack_ids, no_slack = self.people.in_slack(invitees if ticket else [])
        jira_ids, no_jira = self.people.in_jira(
            desired.jira.assignee if ticket else None, desired.ticket
        )
        return Observed(
            ticket=ticket,
            channel=channel,
            announced=Announced(
                announced_in(self.survey, desired.announcement.channel_name, known),
                refused=self.survey.desk_channel(desired.announcement.channel_name).refused,
            ),
            slack_ids=slack_ids,
            jira_ids=jira_ids,
            missing_tickets=self._missing_follow_ups(desired),
            unknown={**no_slack, **no_jira, **self._unread_follow_ups(desired)},
            moved_to=self.survey.moved.get(desired.ticket),
            assignee=self.people.handle_in_jira(ticket.assignee if ticket else None),
            bot=self.survey.identity.user,
            former_keys=former,
            disowned=disowned,
        )

    def _observe_channel(self, desired: Desired, error: ServiceError) -> Observed:
        """What Slack shows of an escalation, without its ticket and so without a receipt."""
        if self.survey.absent == "Slack":
            raise error
        unread: dict[str, Diagnostic] = {}
        if not self.survey.absent:  # else it is a diagnostic of the run
            remedy = error.remedy or "The next run tries again."
            unread[f"ticket/{desired.ticket}"] = Diagnostic("observe", str(error), remedy)
        channel, disowned = self._channel(desired, None, frozenset())
        invitees = [each.handle for each in desired.channel.invitees]
        slack_ids, no_slack = self.people.in_slack(invitees if channel else [])
        return Observed(
            ticket=None,
            channel=channel,
            announced=Announced(self.survey.desk_channel(desired.announcement.channel_name).id),
            slack_ids=slack_ids,
            unknown={**no_slack, **unread},
            bot=self.survey.identity.user,
            disowned=disowned,
            absent="Jira",
        )

    def _observe_ticket(self, desired: Desired) -> Observed:
        """What Jira shows of an escalation, without Slack."""
        exists = self.survey.exists(desired.ticket)
        ticket = self.survey.tickets[desired.ticket] if exists else None
        jira_ids, no_jira = self.people.in_jira(
            desired.jira.assignee if ticket else None, desired.ticket
        )
        return Observed(
            ticket=ticket,
            channel=None,
            announced=Announced(None),
            jira_ids=jira_ids,
            missing_tickets=self._missing_follow_ups(desired),
            unknown={**no_jira, **self._unread_follow_ups(desired)},
            moved_to=self.survey.moved.get(desired.ticket),
            assignee=self.people.handle_in_jira(ticket.assignee if ticket else None),
            former_keys=self._former_keys(desired, ticket.receipt if ticket else None),
            absent="Slack",
        )

    def _missing_follow_ups(self, desired: Desired) -> frozenset[str]:
        read = {*self.survey.tickets, *self.survey.unread}
        return frozenset(key for key, _ in desired.jira.follow_ups if key not in read)

    def _observe_pull_request(self, desired: Desired) -> Observed:
        """Observe a pull request: its ticket, and its announcement, which only Slack shows."""
        exists = not desired.needs_ticket or self.survey.exists(desired.ticket)
        desk = self.survey.desk_channel(desired.announcement.channel_name)
        return Observed(
            ticket=None,
            channel=None,
            announced=Announced(desk.id, refused=desk.refused),
            missing_tickets=frozenset(() if exists else (desired.ticket,)),
            bot=self.survey.identity.user,
        )

    def _unread_follow_ups(self, desired: Desired) -> dict[str, Diagnostic]:
        return {
            f"ticket/{key}": Diagnostic("jira.link", f"the follow-up {key}: {error}", error.remedy)
            for key, _ in desired.jira.follow_ups
            if (error := self.survey.unread.get(key)) is not None
        }

    def _former_keys(self, desired: Desired, receipt: Receipt | None) -> frozenset[str]:
        """The keys that the ticket had before; Jira is asked about one that the receipt names."""
        moved = {old for old, new in self.survey.moved.items() if new == desired.ticket}
        named = receipt.ticket if receipt else desired.ticket
        if named not in {desired.ticket, *moved} and self._jira.key_of(named) == desired.ticket:
            moved.add(named)
        return frozenset(moved)

    def refresh(self, desired: Desired) -> Observed:
        """Read everything about one escalation again, after an error."""
        self.announcements.forget()
        self._messages.forget()
        if desired.pull_request is not None:
            return self.observe(desired)
        fresh = refreshed(self.survey, self._gateways, desired.ticket)
        beside = copy.copy(self)
        beside.survey = fresh
        return beside.observe(desired)

    def _channel(
        self, desired: Desired, receipt: Receipt | None, former: frozenset[str]
    ) -> tuple[Channel | None, dict[str, str]]:
        """The escalation's channel, and why others are not that it could seem to have."""
        who = _claimant(desired, former)
        known = (receipt.channel if receipt else None) or _adopted(desired)
        disowned = self._refused_adoption(who) if known and known.id != who.adopts else {}
        channel = self._known_channel(desired, receipt, known, who, disowned) if known else None
        if channel is None or (why := self._why_not_ours(channel, who)):
            if channel is not None:
                disowned[channel.id] = why
            channel = self._found_channel(who, disowned)
        return self._with_members(desired, channel), disowned

    def _refused_adoption(self, who: Claimant) -> dict[str, str]:
        """Why the channel that the file adopts is not used, if that takes no further call."""
        channel, claims = self.survey.channel_by_id(who.adopts), self.survey.claims
        if channel is None or needs_messages(channel, who, claims):
            return {}
        why = why_not_ours(channel, who, claims)
        return {channel.id: why} if why else {}

    def _known_channel(
        self,
        desired: Desired,
        receipt: Receipt | None,
        known: ChannelReceipt,
        who: Claimant,
        disowned: dict[str, str],
    ) -> Channel | None:
        """The channel that the receipt or the file names, or a newer one that was created since."""
        channel = self.survey.channel_by_id(known.id)
        if channel is None and receipt and receipt.archived and desired.phase.ended:
            return _as_archived(known)
        # An open channel of the bot counts, because a run may have failed after creating it.
        return (
            channel
            or self._found_channel(who, disowned)
            or self._slack.channel(known.id)
            or _as_hidden(known)
        )

    def _found_channel(self, who: Claimant, disowned: dict[str, str]) -> Channel | None:
        """The channel that the bot created for the escalation, found without a receipt."""
        listed = (each.channel for each in self.survey.channels)
        for channel in candidates(listed, who, self.survey.claims):
            if not (why := self._why_not_ours(channel, who)):
                return channel
            disowned[channel.id] = why
        return None

    def _why_not_ours(self, channel: Channel, who: Claimant) -> str:
        """Why a channel is not the escalation's; reads its messages only if they decide."""
        if not channel.asked or (channel.hidden and not channel.creator):
            return ""  # Slack shows nothing of it, and nothing can be done in it
        claims = self.survey.claims
        if not needs_messages(channel, who, claims):
            return why_not_ours(channel, who, claims)
        if _is_shut(channel):
            return why_not_ours(channel, who, claims, "")  # only its names can be read
        return why_not_ours(channel, who, claims, self._messages_in(channel.id).about)

    def _messages_in(self, channel: str) -> Messages:
        return self._messages.get(
            channel, lambda: self._slack.messages(channel, self.survey.identity)
        )

    def _with_members(self, desired: Desired, channel: Channel | None) -> Channel | None:
        if channel is None or channel.archived or channel.hidden or not desired.phase.active:
            return channel
        return replace(channel, members=self._slack.members(channel.id))

    def deepen(self, desired: Desired, observed: Observed, probes: frozenset[Probe]) -> Observed:
        """The observation, extended by these probes."""
        if Probe.THREAD in probes and Probe.ANNOUNCEMENT not in observed.probed | probes:
            probes |= {Probe.ANNOUNCED}  # a thread needs a message of the bot
        steps: dict[Probe, Callable[[Desired, Observed], Observed]] = {
            Probe.MESSAGES: self._read_messages,
            Probe.BOOKMARKS: self._read_bookmarks,
            Probe.PINS: self._read_pins,
            Probe.CREATORS: self._read_creators,
            Probe.ANNOUNCED: self._read_announced,
            Probe.ANNOUNCEMENT: self._read_announcement,
            Probe.THREAD: self._read_thread,
            Probe.PEOPLE: self._read_people,
            Probe.IDLENESS: self._read_idleness,
            Probe.REMOTE_LINK: self._read_remote_link,
            Probe.CHANGELOG: self._read_changelog,
            Probe.COMMENTS: self._read_comments,
        }
        for probe, step in steps.items():
            if probe in probes - observed.probed:
                seen = step(desired, observed)
                observed = replace(seen, probed=seen.probed | {probe})
        return observed

    def _with_channel(self, observed: Observed, look: Callable[[Channel], Channel]) -> Observed:
        channel = observed.channel
        if channel is None or _is_shut(channel):
            return observed
        return replace(observed, channel=look(channel))

    def _read_messages(self, desired: Desired, observed: Observed) -> Observed:
        def look(channel: Channel) -> Channel:
            seen = self._messages_in(channel.id)
            posts = posts_of(seen, desired.ticket)
            copies = tuple(copies_of(seen, desired.ticket, CopyPlace.CHANNEL))
            return replace(
                channel, posts=posts, copies=copies, joined=seen.joined, latest=seen.latest
            )

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
        where, posts = announced.channel, self.announcements.of(desired.ticket, announced.channel)
        desk = self.survey.desk_channel(desired.announcement.channel_name).id
        if not posts and desk is not None and desk != where:
            # The receipt names a channel without an announcement, so the desk's channel counts.
            where, posts = desk, self.announcements.of(desired.ticket, desk)
        # The thread that was read before belongs to the announcement in the receipt.
        probed = observed.probed - {Probe.THREAD}
        seen = replace(
            announced,
            channel=where,
            messages=posts,
            replies=None,
            called={},
            copies=tuple(self.announcements.copies(desired.ticket, where)),
            answers=self.announcements.answers(desired.ticket, where),
        )
        return replace(observed, announced=seen, probed=probed)

    def _read_announced(self, desired: Desired, observed: Observed) -> Observed:
        """Which of the announcements that the receipt names are there, and the bot's."""
        announced = observed.announced
        receipt = observed.ticket.receipt if observed.ticket else None
        if receipt is None or announced.channel is None:
            return observed
        checked: dict[str, PostReceipt] = {}
        member = self.survey.channel_by_id(announced.channel) is not None
        for kind, post in receipt.announcements.items() if member else ():
            if post.rev == BY_HAND and post.ts == desired.announcement.root:
                checked[kind] = post
                continue
            found = self._slack.message(announced.channel, post.ts, self.survey.identity).ours
            for ticket in (desired.ticket, *observed.former_keys):
                seen = found.get(PostKey(ticket, kind))
                if seen is not None and seen.ts == post.ts:
                    checked[kind] = seen
        where: str | None = announced.channel
        if not checked:  # no message of the bot is there, so only the policy names a channel
            where = self.survey.desk_channel(desired.announcement.channel_name).id
        return replace(observed, announced=replace(announced, channel=where, checked=checked))

    def _read_creators(self, desired: Desired, observed: Observed) -> Observed:
        """Who made the channels that the receipt names and that were not asked about yet."""
        receipt = observed.ticket.receipt if observed.ticket else None
        channel, disowned = observed.channel, dict(observed.disowned)
        if receipt is None:
            return observed
        for each in (*((receipt.channel,) if receipt.channel else ()), *receipt.earlier_channels):
            if channel is not None and channel.asked and channel.id == each.id:
                continue
            seen = self.survey.channel_by_id(each.id) or self._slack.channel(each.id)
            who = _claimant(desired, observed.former_keys)
            why = self._why_not_ours(seen, who) if seen else ""
            if why:
                disowned[each.id] = why
            if channel is not None and channel.id == each.id:
                found = self._found_channel(who, disowned) if why else seen or _as_hidden(each)
                channel = found
        return replace(observed, channel=channel, disowned=disowned)

    def _read_thread(self, desired: Desired, observed: Observed) -> Observed:
        announced = observed.announced
        receipt = observed.ticket.receipt if observed.ticket else None
        known = announced.messages if announced.messages is not None else announced.checked
        if known is None:
            known = receipt.announcements if receipt else {}
        message = known.get(desired.announcement.message.key)
        root = desired.announcement.root or (message.ts if message else "")
        if not root or announced.channel is None:
            return observed
        found = self.announcements.replies(desired.ticket, announced.channel, root)
        copies = (*announced.copies, *found.copies)
        seen = replace(announced, replies=found.posts, called=found.called, copies=copies)
        return replace(observed, announced=seen)

    def _read_people(self, desired: Desired, observed: Observed) -> Observed:
        """The accounts of all people whom a reply or a reminder mentions."""
        want = desired.announcement
        edited = (*want.reminders, *((want.refusal,) if want.refusal else ()))
        due = [each.message for each in edited if each.due]
        called = {handle for each in (*want.replies, *due) for handle in each.calls}
        ids, unknown = self.people.in_slack(sorted(called - observed.slack_ids.keys()))
        return replace(
            observed,
            slack_ids={**observed.slack_ids, **ids},
            unknown={**unknown, **observed.unknown},
        )

    def _read_remote_link(self, _: Desired, observed: Observed) -> Observed:
        if observed.channel is None:
            return observed  # there is nothing that a link could lead to

        def look(ticket: Ticket) -> Ticket:
            (_, url), *later = self._jira.remote_links(ticket.key) or [("", None)]
            copies = (Copy(CopyPlace.REMOTE_LINK, "channel", each) for each, _ in later)
            return replace(ticket, remote_link=url, copies=(*ticket.copies, *copies))

        return self._with_ticket(observed, look)

    def _read_changelog(self, _: Desired, observed: Observed) -> Observed:
        def look(ticket: Ticket) -> Ticket:
            log = self._jira.change_log(ticket.key)
            ours = ticket.priority.id if ticket.priority else ""
            found = tuple(Priority(each.before, each.before_name) for each in raised_to(log, ours))
            before = found[0] if found else None
            return replace(ticket, previous_priority=before, raised_from=found, change_log=log)

        return self._with_ticket(observed, look)

    def _read_comments(self, _: Desired, observed: Observed) -> Observed:
        def look(ticket: Ticket) -> Ticket:
            ids = unread_comments(ticket)
            known = [each for each in ticket.own_comments if each.id not in ids]
            read = self._jira.read_comments(ticket.key, ids) if ids else ()
            found = recognised(replace(ticket, own_comments=(*known, *read)))
            return judged(found, self.survey.receipts)

        return self._with_ticket(observed, look)

    @staticmethod
    def _with_ticket(observed: Observed, look: Callable[[Ticket], Ticket]) -> Observed:
        return replace(observed, ticket=look(observed.ticket)) if observed.ticket else observed


def _claimant(desired: Desired, former: frozenset[str]) -> Claimant:
    return Claimant(desired.ticket, former, desired.channel.adopted, desired.channel.name)


def _adopted(desired: Desired) -> ChannelReceipt | None:
    """The channel that the file adopts."""
    adopted = desired.channel.adopted
    return ChannelReceipt(id=adopted, name=desired.channel.name) if adopted else None


def _is_shut(channel: Channel) -> bool:
    """Whether there is nothing to read in it."""
    return channel.archived or channel.hidden or not channel.bot_is_member


def _as_hidden(known: ChannelReceipt) -> Channel:
    """A channel that Slack does not show any more."""
    return Channel(known.id, known.name, "", "", archived=False, bot_is_member=False, hidden=True)


def _as_archived(known: ChannelReceipt) -> Channel:
    """Stands for a channel that is archived for an ended episode; Slack is not asked about it."""
    return Channel(known.id, known.name, "", "", archived=True, bot_is_member=False, asked=False)
