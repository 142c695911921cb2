"""The announcement: one message in the desk's channel, edited to stay true, and its thread."""

from dataclasses import replace

from reconciler.model.desired import DesiredAnnouncement, Message
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.observed import Probe
from reconciler.model.phase import Phase
from reconciler.model.receipt import BY_HAND, PostReceipt, Receipt
from reconciler.reconcile.earlier_episodes import earlier_announcements, earlier_reminders
from reconciler.reconcile.facet import Evidence, Facet, Parts
from reconciler.reconcile.facets.channel_posts import events
from reconciler.reconcile.facets.message_operations import Where, edit, post
from reconciler.reconcile.facets.reminders import plan_answered
from reconciler.reconcile.facets.thread import desired_replies, keys_posted, plan_thread
from reconciler.reconcile.overdue import answered, reminders
from reconciler.reconcile.step import Facts, Problem, Steps
from reconciler.reconcile.subject import Subject
from reconciler.reconcile.wording.placeholders import mentions_channel
from reconciler.reconcile.wording.slack import reopened_line


class Announcement(Facet):
    """The announcement of an escalation or a pull request, with the replies in its thread."""

    also_held = True
    also_proposed = True

    def plan(self, facts: Facts) -> Steps:
        want, announced = facts.desired.announcement, facts.observed.announced
        if announced.channel is None:
            yield _no_channel(facts)
            return
        yield from _plan_earlier(facts)
        known = facts.receipt.announcements.get(want.message.key)
        if known is None:
            # A failed run, or a lost receipt, may have left it there.
            if Probe.ANNOUNCEMENT not in facts.observed.probed:
                yield Probe.ANNOUNCEMENT
                return
            if not want.posts or (facts.desired.phase.ended and not _posted_before(facts)):
                return
        thread = list(plan_thread(facts, posted=known is not None))
        if facts.desired.pull_request is not None and facts.desired.phase is not Phase.PROPOSED:
            # The edit removes the metadata by which the next run finds it, so it comes last.
            yield from thread
            yield from _plan_message(facts, known, after=keys_posted(thread))
        else:
            yield from _plan_message(facts, known)
            yield from thread

    def recall(self, receipt: Receipt, evidence: Evidence) -> Parts:
        found: dict[str, object] = {}
        announced, want = evidence.observed.announced, evidence.desired.announcement
        root = {want.message.key: PostReceipt(ts=want.root, rev=BY_HAND)} if want.root else {}
        if announced.channel is not None and (announced.messages or receipt.announcements or root):
            found["announced_in"] = announced.channel
        if announced.messages is not None or root:
            known = receipt.announcements if announced.messages is None else announced.messages
            found["announcements"] = {**known, **root}
        if announced.replies is not None:
            found["replies"] = events(receipt.replies, announced.replies)
        return found


def _has_channel(facts: Facts) -> bool:
    """True if the current episode has a channel, or gets one."""
    channel = facts.observed.channel
    if channel is None or facts.fresh:
        return facts.fresh
    # An archived channel belongs to the current episode only if that episode has ended.
    return facts.desired.phase.ended or not channel.archived


def _moved(facts: Facts) -> bool:
    """True if the messages link to another channel than the present one."""
    stored, channel = facts.stored.channel, facts.observed.channel
    if stored is None:
        return False
    return facts.fresh or (channel is not None and channel.id != stored.id)


def _no_channel(facts: Facts) -> Problem:
    return Problem(
        Diagnostic(
            "slack.announcement",
            f"the bot is in no channel #{facts.desired.announcement.channel_name}",
            "Invite it there (in Slack: /invite and the app's name), create the channel, or"
            f" correct desks.{facts.desired.desk}.announce_in in config/policy.yaml.",
        )
    )


def _posted_before(facts: Facts) -> bool:
    return facts.desired.announcement.message.key in facts.stored.announcements


def _plan_message(facts: Facts, known: PostReceipt | None, after: tuple[str, ...] = ()) -> Steps:
    """The announcement itself."""
    want, proposed = facts.desired.announcement, facts.desired.phase is Phase.PROPOSED
    # A pull request that has ended is not marked as one, and is not looked for again.
    by = facts.desired.pull_request
    pull_request = by.id if by is not None and proposed else ""
    moved = _moved(facts) and mentions_channel(want.message.text)
    if known is None:
        yield post(
            "slack.announcement",
            want.message,
            where=Where.ANNOUNCEMENT,
            drifted=_posted_before(facts),
            pull_request=pull_request,
        )
    elif not want.root and (known.rev != want.message.digest or moved):
        yield edit(
            "slack.announcement",
            want.message,
            known.ts,
            where=Where.ANNOUNCEMENT,
            after=after,
            pull_request=pull_request,
        )


def _plan_earlier(facts: Facts) -> Steps:
    """Edit the announcements of earlier episodes to show that a later episode exists."""
    has_channel = _has_channel(facts)
    again = reopened_line(with_channel=has_channel)
    waiting = reopened_line(with_channel=False) if has_channel else ""
    for former in facts.desired.announcement.earlier:
        message = replace(
            former,
            text=f"{former.text}\n{again}",
            without_channel=f"{former.text}\n{waiting}" if waiting else "",
        )
        known = facts.receipt.announcements.get(message.key)
        if known is None or known.rev == BY_HAND:
            continue
        if known.rev != message.digest or (_moved(facts) and has_channel):
            yield edit("slack.announcement", message, known.ts, where=Where.ANNOUNCEMENT)
    yield from plan_answered(facts)


def desired_announcement(subject: Subject) -> DesiredAnnouncement:
    """The message for the present phase, and everything in its thread."""
    channel = subject.policy.desks[subject.escalation.desk].announce_in
    return DesiredAnnouncement(
        channel_name=channel,
        message=Message(
            subject.announcement,
            subject.say.announcement(with_channel=subject.opens_channel),
            subject.end_or_start(),
            sticky=True,
            title=f"in #{channel}: {subject.phase}",
            without_channel=(
                subject.say.announcement_without_channel() if subject.opens_channel else ""
            ),
        ),
        replies=tuple(desired_replies(subject)),
        reminders=tuple(reminders(subject.effective, subject.snapshot, subject.now)),
        settled=tuple(earlier_reminders(subject.effective, subject.snapshot, subject.now)),
        answered=answered(subject.effective),
        root=subject.escalation.by_hand.announcement or "",
        earlier=tuple(
            earlier_announcements(subject.effective, subject.snapshot, subject.links, subject.now)
        ),
    )
