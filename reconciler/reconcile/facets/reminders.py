"""Reminders: in the escalation's channel if they mention only its members, else in the thread.

Each has one place. One that an earlier run posted in the thread stays there.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from reconciler.model.desired import ANSWERED, AfterCall, Message, Reminder
from reconciler.model.observed import Probe
from reconciler.reconcile.facet import Facet
from reconciler.reconcile.facets.channel import can_be_used
from reconciler.reconcile.facets.message_operations import Where
from reconciler.reconcile.facets.postings import Posting, plan_postings
from reconciler.reconcile.step import Facts, Steps
from reconciler.reconcile.wording.message_keys import begins
from reconciler.reconcile.wording.times import local_time


class ChannelReminders(Facet):
    """The reminders in the escalation's channel."""

    of_channel = True
    needs = frozenset({"Slack"})

    def plan(self, facts: Facts) -> Steps:
        if reminds_in_channel(facts) and _has_unread_thread(facts):
            yield Probe.THREAD  # a run that failed may have posted one there
        else:
            yield from plan_postings(_in_channel(facts))


def _has_unread_thread(facts: Facts) -> bool:
    announced = facts.desired.announcement.message.key in facts.receipt.announcements
    return announced and Probe.THREAD not in facts.observed.probed


def reminds_in_channel(facts: Facts) -> bool:
    """True if a reminder is posted in the channel."""
    return any(each.missing for each in _in_channel(facts))


def asks_in_channel(facts: Facts) -> bool:
    """True if a reminder is posted in the channel, or an open one is edited."""
    return any(
        each.missing or (each.outdated and not each.message.answered) for each in _in_channel(facts)
    )


def _in_channel(facts: Facts) -> Iterator[Posting]:
    want = facts.desired.announcement
    for message in want.settled:
        yield _posting(facts, message, posts=False)
    for each in _applying(facts):
        yield _posting(facts, each.message, posts=each.due and _belongs_in_channel(facts, each))


def left_open(facts: Facts) -> Iterator[Posting]:
    """The reminders that are open in the channel when it is archived; nobody can edit them then."""
    zone = ZoneInfo(facts.desired.announcement.time_zone)
    answered = {each.message.key for each in _in_channel(facts) if each.message.answered}
    for each in facts.desired.announcement.left_open:
        known = facts.receipt.posts.get(each.key)
        if known is not None and not known.rev.startswith(ANSWERED) and each.key not in answered:
            text = f"{each.text}: {local_time(facts.now, zone)}."
            yield _posting(facts, replace(each, text=text), posts=False)


def _posting(facts: Facts, message: Message, *, posts: bool) -> Posting:
    return Posting(facts, "slack.reminder", message, posts=posts, edits=True)


def thread_reminders(facts: Facts) -> Iterator[Posting]:
    """The reminders in the announcement's thread."""
    for each in _applying(facts):
        elsewhere = _belongs_in_channel(facts, each) or each.message.key in facts.receipt.posts
        yield in_thread(facts, each.message, posts=each.due and not elsewhere)


def _belongs_in_channel(facts: Facts, reminder: Reminder) -> bool:
    """True if everyone whom it mentions belongs in the channel, and it is not in the thread."""
    members = reminder.of_work and facts.desired.channel.people.issuperset(reminder.message.calls)
    return members and can_be_used(facts) and reminder.message.key not in facts.receipt.replies


def _applying(facts: Facts) -> Iterator[Reminder]:
    """The reminders that the ticket and the time of a call make true."""
    for each in facts.desired.announcement.reminders:
        called = each.after is None or _long_since(facts, each.after)
        if called and (each.ticket_done is None or each.ticket_done is facts.ticket.done):
            yield each


def _long_since(facts: Facts, after: AfterCall) -> bool:
    """True if the time since the call is up; False while the call is missing."""
    call = facts.receipt.replies.get(after.key)
    if call is None:
        return False
    called = datetime.fromtimestamp(int(float(call.ts)), UTC)
    return (facts.now - called) // timedelta(minutes=after.minutes) >= after.first


def former_reminders(facts: Facts) -> Iterator[Posting]:
    """Reminders in the thread whose request is done. Existing ones are edited; none is posted."""
    want = facts.desired.announcement
    for message in want.settled:
        yield in_thread(facts, message, posts=False)
    for answer in want.answered:
        for key in facts.receipt.replies:
            if any(begins(key, each) for each in want.waiting):
                continue
            if begins(key, answer.key):
                yield in_thread(facts, replace(answer, key=key), posts=False)


def in_thread(
    facts: Facts, message: Message, *, posts: bool, facet: str = "slack.reminder"
) -> Posting:
    """A message that is posted once, and edited to stay true."""
    parent = facts.desired.announcement.message.key
    return Posting(facts, facet, message, Where.THREAD, posts=posts, edits=True, parent=parent)
