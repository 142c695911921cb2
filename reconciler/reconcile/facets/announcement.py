"""The announcement: one message in the desk's channel, edited to stay true, and its thread."""

from collections.abc import Iterator
from dataclasses import replace

from reconciler.model.desired import DesiredAnnouncement, EarlierAnnouncement, Message
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.observed import Probe
from reconciler.model.phase import Phase
from reconciler.model.receipt import BY_HAND, PostReceipt, Receipt
from reconciler.reconcile.earlier_episodes import earlier_announcements, earlier_reminders
from reconciler.reconcile.facet import Evidence, Facet, Parts
from reconciler.reconcile.facets.message_operations import Where
from reconciler.reconcile.facets.postings import Posting, events, plan_postings
from reconciler.reconcile.facets.reminders import former_reminders
from reconciler.reconcile.facets.thread import desired_replies, thread
from reconciler.reconcile.overdue import left_open, reminders
from reconciler.reconcile.owed_by_pull_request import answered, waiting_keys
from reconciler.reconcile.step import Facts, Notice, Problem, Steps
from reconciler.reconcile.subject import Subject
from reconciler.reconcile.wording.escape import slack
from reconciler.reconcile.wording.layout import (
    extended,
    in_channel,
    section,
    without_channel_link,
)
from reconciler.reconcile.wording.placeholders import CHANNEL_MENTION
from reconciler.reconcile.wording.slack import reopened_line


class Announcement(Facet):
    """The announcement of an escalation or a pull request, with the replies in its thread."""

    also_held = True
    also_proposed = True
    needs = frozenset({"Slack"})

    def plan(self, facts: Facts) -> Steps:
        if facts.observed.announced.channel is None:
            yield _no_channel(facts)
            return
        yield from plan_postings([*_earlier(facts), *former_reminders(facts)])
        root = _announcement(facts)
        if root.known is None:
            # A failed run, or a lost receipt, may have left it there.
            if Probe.ANNOUNCEMENT not in facts.observed.probed:
                yield Probe.ANNOUNCEMENT
                return
            if not root.posts:
                return
        replies = list(thread(facts))
        if facts.desired.pull_request is not None and facts.desired.phase is not Phase.PROPOSED:
            # The edit removes the metadata by which the next run finds it, so it comes last.
            after = tuple(each.message.key for each in replies if each.missing)
            yield from plan_postings(replies)
            yield from plan_postings([replace(root, after=after)])
        else:
            yield from plan_postings([root])
            yield from plan_postings(replies)
        for each in replies:
            if each.facet == "slack.thread" and each.missing:
                yield from _not_found(facts, each.message)

    def recall(self, receipt: Receipt, evidence: Evidence) -> Parts:
        found: dict[str, object] = {}
        announced, want = evidence.observed.announced, evidence.desired.announcement
        root = {want.message.key: PostReceipt(ts=want.root, rev=BY_HAND)} if want.root else {}
        if announced.channel is not None and (announced.messages or receipt.announcements or root):
            found["announced_in"] = announced.channel
        if announced.messages is not None or root:
            known = receipt.announcements if announced.messages is None else announced.messages
            found["announcements"] = {**known, **root}
        # Replies in the thread of a second copy go with it, so they belong in the right thread.
        gone = {ts for copy in announced.copies if not copy.used for ts in copy.replies}
        kept = {key: post for key, post in receipt.replies.items() if post.ts not in gone}
        if announced.replies is not None or gone:
            found["replies"] = events(kept, announced.replies or {})
        return found


def _has_channel(facts: Facts) -> bool:
    """True if the current episode has a channel, or gets one."""
    channel = facts.observed.channel
    if channel is None or facts.fresh:
        return facts.fresh
    # An archived channel belongs to the current episode only if that episode has ended.
    return facts.desired.phase.ended or not channel.archived


def _no_channel(facts: Facts) -> Problem:
    return Problem(
        facts.observed.announced.refused
        or Diagnostic(
            "slack.announcement",
            f"the bot is in no channel #{facts.desired.announcement.channel_name}",
            "Invite it there (in Slack: /invite and the app's name), create the channel, or"
            f" correct desks.{facts.desired.desk}.announce_in in config/policy.yaml.",
        )
    )


def _not_found(facts: Facts, message: Message) -> Iterator[Notice]:
    """Report people whom a reply should mention and Slack does not know."""
    for handle in message.calls:
        if (unknown := facts.observed.unknown.get(f"slack/{handle}")) is not None:
            yield Notice(unknown)


def _announcement(facts: Facts) -> Posting:
    """The announcement itself."""
    want, by, phase = facts.desired.announcement, facts.desired.pull_request, facts.desired.phase
    message = want.message
    posted_before = message.key in facts.stored.announcements
    if message.without_link and facts.receipt.channel is None:
        message = replace(
            message,
            text=message.without_link,
            without_link="",
            layout=without_channel_link(message.layout),
        )
    named = phase in {Phase.PROPOSED, Phase.DECLINED}
    return Posting(
        facts,
        "slack.announcement",
        message,
        Where.ANNOUNCEMENT,
        posts=want.posts and (not phase.ended or posted_before),
        pull_request=by.id if by is not None and named else "",
        ended=by is not None and phase is Phase.DECLINED,
    )


def _earlier(facts: Facts) -> Iterator[Posting]:
    """The announcements of earlier episodes, which show that a later episode exists."""
    has_channel = _has_channel(facts)
    again = reopened_line(with_channel=has_channel)
    waiting = reopened_line(with_channel=False) if has_channel else ""
    for each in facts.desired.announcement.earlier:
        former = _in_its_channel(facts, each)
        message = replace(
            former,
            text=f"{former.text}\n{again}",
            layout=extended(former.layout, section(again)),
            without_channel=f"{former.text}\n{waiting}" if waiting else "",
        )
        yield Posting(facts, "slack.announcement", message, Where.ANNOUNCEMENT, posts=False)


def _in_its_channel(facts: Facts, earlier: EarlierAnnouncement) -> Message:
    """The announcement with a link to the episode's own channel, if the receipt names it."""
    message, receipt = earlier.message, facts.receipt
    known = (*receipt.earlier_channels, *((receipt.channel,) if receipt.channel else ()))
    own = next((each.id for each in known if each.name == earlier.channel_name), None)
    if own is None:
        text, blocks = message.without_link, without_channel_link(message.layout)
    else:
        link = f"<#{slack(own)}>"
        text, blocks = message.text.replace(CHANNEL_MENTION, link), in_channel(message.layout, link)
    return replace(message, text=text, layout=blocks, without_link="")


def desired_announcement(subject: Subject) -> DesiredAnnouncement:
    """The message for the present phase, and everything in its thread."""
    channel = subject.policy.desks[subject.escalation.desk].announce_in
    linked = subject.opens_channel or subject.phase.ended
    return DesiredAnnouncement(
        channel_name=channel,
        message=Message(
            subject.announcement,
            subject.say.announcement(with_channel=linked),
            subject.end_or_start(),
            layout=subject.say.announcement_layout(with_channel=linked),
            sticky=True,
            title=f"in #{channel}: {subject.phase}",
            without_channel=(
                subject.say.announcement_without_channel() if subject.opens_channel else ""
            ),
            without_link=(
                subject.say.announcement(with_channel=False) if subject.phase.ended else ""
            ),
        ),
        replies=tuple(desired_replies(subject)),
        reminders=tuple(reminders(subject.effective, subject.snapshot, subject.now)),
        settled=tuple(earlier_reminders(subject.effective, subject.snapshot, subject.now)),
        answered=tuple(answered(subject.effective, subject.policy.zone)),
        waiting=waiting_keys(subject.effective),
        left_open=tuple(left_open(subject.effective, subject.snapshot)),
        time_zone=subject.policy.time_zone,
        root=subject.escalation.by_hand.announcement or "",
        earlier=tuple(
            earlier_announcements(subject.effective, subject.snapshot, subject.links, subject.now)
        ),
    )
