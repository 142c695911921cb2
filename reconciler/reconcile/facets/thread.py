"""The announcement's thread: a reply for each thing that happens, and reminders."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from reconciler.model.desired import AfterCall, Message
from reconciler.model.finding import Loc, Position
from reconciler.model.phase import Phase
from reconciler.model.snapshot import Snapshot
from reconciler.reconcile.effective import EffectiveEscalation
from reconciler.reconcile.facets.message_operations import Where
from reconciler.reconcile.facets.postings import Posting
from reconciler.reconcile.owed import numbered
from reconciler.reconcile.step import Facts
from reconciler.reconcile.subject import TITLE_LENGTH, Subject
from reconciler.reconcile.wording.escape import one_line
from reconciler.reconcile.wording.message_keys import episode_key
from reconciler.reconcile.wording.slack import SlackWording

_NAME_LENGTH: Final = 160


def thread(facts: Facts) -> Iterator[Posting]:
    """The replies, and the reminders after them."""
    want = facts.desired.announcement
    for message in want.replies:
        parent = want.message.key
        yield Posting(facts, "slack.thread", message, Where.THREAD, parent=parent)
    if (answer := want.refusal) is not None:
        yield _reminder(facts, answer.message, posts=answer.due, facet="slack.thread")
    for each in want.reminders:
        due = each.message if each.after is None else _since_call(facts, each.message, each.after)
        applies = each.ticket_done is None or each.ticket_done is facts.ticket.done
        if applies and due is not None:
            yield _reminder(facts, due, posts=each.due)


def _since_call(facts: Facts, message: Message, after: AfterCall) -> Message | None:
    """The reminder if it is due, with its number; None while the call is missing or recent."""
    call = facts.receipt.replies.get(after.key)
    if call is None:
        return None
    called = datetime.fromtimestamp(int(float(call.ts)), UTC)
    periods = (facts.now - called) // timedelta(minutes=after.minutes)
    return numbered(message, periods) if periods >= after.first else None


def former_reminders(facts: Facts) -> Iterator[Posting]:
    """Reminders whose request is done. Existing ones are edited; none is posted."""
    want = facts.desired.announcement
    for message in want.settled:
        yield _reminder(facts, message, posts=False)
    for answer in want.answered:
        for key in facts.receipt.replies:
            if any(_begins(key, each) for each in want.waiting):
                continue
            if _begins(key, answer.key):
                yield _reminder(facts, replace(answer, key=key), posts=False)


def _begins(key: str, start: str) -> bool:
    return key == start or key.startswith(f"{start}-")


def _reminder(
    facts: Facts, message: Message, *, posts: bool, facet: str = "slack.reminder"
) -> Posting:
    """A message that is posted once, and edited to stay true."""
    parent = facts.desired.announcement.message.key
    return Posting(facts, facet, message, Where.THREAD, posts=posts, edits=True, parent=parent)


def desired_replies(subject: Subject) -> Iterator[Message]:
    """The replies for the events so far."""
    acknowledged = subject.effective.acknowledged is not None and not subject.phase.ended
    if acknowledged and subject.escalation.by_hand.announcement is None:
        yield acknowledged_reply(
            subject.say, subject.effective, subject.snapshot, subject.end_or_start()
        )
    if acknowledged and subject.phase is Phase.ACKNOWLEDGED:
        return
    if subject.phase is not Phase.HELD and not _known_before_import(subject):
        yield _phase_reply(subject)
    contacts = subject.effective.ownership.contacts
    if subject.phase.active and len(contacts) > 1 and contacts[-1] == subject.episode.contact:
        text, where = subject.say.contact_reply(), subject.here("contact")
        title = one_line(f"reply: contact {subject.roster.name(contacts[-1])}", TITLE_LENGTH)
        yield Message(subject.hand("contact", contacts, contacts[-1]), text, where, title=title)


def _known_before_import(subject: Subject) -> bool:
    """True if people announced the present assignment before the escalation was imported.

    They had opened a channel, so somebody was assigned, and nobody else has been since.
    """
    by_hand, owners = subject.escalation.by_hand, subject.effective.ownership.assignees
    opened = by_hand.channel is not None and by_hand.announcement is not None
    return opened and subject.phase is Phase.ASSIGNED and len(owners) == 1


def _phase_reply(subject: Subject) -> Message:
    """The reply for the present phase."""
    why: Loc = ("assignee",) if subject.phase is Phase.ASSIGNED else ()
    kind, said = subject.kind(subject.phase), str(subject.phase)
    person = subject.episode.assignee
    if subject.phase is Phase.ASSIGNED and person:
        kind = subject.hand("assigned", subject.effective.ownership.assignees, person)
        said = f"assigned to {subject.roster.name(person)}"
    return Message(
        kind,
        subject.say.reply(),
        subject.here(*why) if why else subject.end_or_start(),
        title=one_line(f"reply: {said}", TITLE_LENGTH),
        without_channel=(
            subject.say.reply_without_channel() if subject.phase is Phase.ASSIGNED else ""
        ),
        corrected=subject.phase is Phase.RESOLVED,
    )


def acknowledged_reply(
    say: SlackWording, effective: EffectiveEscalation, snapshot: Snapshot, why: Position
) -> Message:
    """The reply that names the acknowledger."""
    by = effective.acknowledged.by if effective.acknowledged else ""
    return Message(
        episode_key("acknowledged", len(effective.escalation.episodes)),
        say.acknowledged(),
        why,
        title=one_line(f"reply: acknowledged by {snapshot.roster.name(by)}", _NAME_LENGTH),
    )
