"""The announcement's thread: a reply for each thing that happens, and reminders."""

from collections.abc import Iterator
from typing import Final

from reconciler.model.desired import Message
from reconciler.model.finding import Loc, Position
from reconciler.model.phase import Phase
from reconciler.model.snapshot import Snapshot
from reconciler.reconcile.effective import EffectiveEscalation
from reconciler.reconcile.facets.late_call import late_call
from reconciler.reconcile.facets.message_operations import Where
from reconciler.reconcile.facets.postings import Posting
from reconciler.reconcile.facets.reminders import in_thread, thread_reminders
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
        yield in_thread(facts, answer.message, posts=answer.due, facet="slack.thread")
    reminders = list(thread_reminders(facts))
    yield from late_call(facts, reminders)
    yield from reminders


def desired_replies(subject: Subject) -> Iterator[Message]:
    """The replies for the events so far. What the escalation's channel shows has no reply."""
    if subject.phase is Phase.HELD or subject.phase is Phase.ACKNOWLEDGED:
        yield from _acknowledged(subject)
    elif not _known_before_import(subject):
        yield _phase_reply(subject)
    contacts = subject.effective.ownership.contacts
    handed_over = len(contacts) > 1 and contacts[-1] == subject.episode.contact
    if subject.phase is Phase.ACKNOWLEDGED and handed_over:
        text, where = subject.say.contact_reply(), subject.here("contact")
        title = one_line(f"reply: contact {subject.roster.name(contacts[-1])}", TITLE_LENGTH)
        yield Message(subject.hand("contact", contacts, contacts[-1]), text, where, title=title)


def _acknowledged(subject: Subject) -> Iterator[Message]:
    """The reply on the acknowledgement. An assignment names the acknowledger in its own reply."""
    known = subject.effective.acknowledged is not None
    if known and subject.escalation.by_hand.announcement is None:
        where = subject.end_or_start()
        yield acknowledged_reply(subject.say, subject.effective, subject.snapshot, where)
    elif not known and subject.phase is Phase.ACKNOWLEDGED:
        yield _phase_reply(subject)


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
        layout=_summary_layout(subject),
    )


def _summary_layout(subject: Subject) -> str:
    """The blocks of the summary, which is the reply to the end."""
    resolution = subject.episode.resolution
    resolved = subject.phase is Phase.RESOLVED and resolution is not None
    return subject.say.summary_layout(resolution) if resolved and resolution else ""


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
