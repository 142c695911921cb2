"""Replies in the announcement's thread: one for each thing that happens, posted once."""

from collections.abc import Iterable, Iterator
from typing import Final

from reconciler.model.change import Change
from reconciler.model.desired import WITHOUT_CHANNEL, Message
from reconciler.model.finding import Loc, Position
from reconciler.model.observed import Probe
from reconciler.model.phase import Phase
from reconciler.model.snapshot import Snapshot
from reconciler.reconcile.effective import EffectiveEscalation
from reconciler.reconcile.facets.message_operations import (
    PostMessage,
    Where,
    accounts_unread,
    edit,
    mentions,
    post,
)
from reconciler.reconcile.facets.reminders import plan_due
from reconciler.reconcile.step import Facts, Notice, Step, Steps
from reconciler.reconcile.subject import TITLE_LENGTH, Subject
from reconciler.reconcile.wording.escape import one_line
from reconciler.reconcile.wording.message_keys import episode_key
from reconciler.reconcile.wording.slack import SlackWording

_NAME_LENGTH: Final = 160


def plan_thread(facts: Facts, *, posted: bool) -> Steps:
    """The replies, and the reminders after them."""
    want, said = facts.desired.announcement, facts.receipt.replies
    missing = [each for each in want.replies if each.key not in said]
    if missing and posted and Probe.THREAD not in facts.observed.probed:
        yield Probe.THREAD
        return
    if (probe := accounts_unread(facts, missing)) is not None:
        yield probe
        return
    for message in missing:
        yield from _reply(facts, message)
    for message in want.replies:
        before = said.get(message.key)
        if before is not None and before.rev.startswith(WITHOUT_CHANNEL):
            yield edit("slack.thread", message, before.ts, where=Where.THREAD)
    yield from plan_due(facts, posted=posted)


def _reply(facts: Facts, message: Message) -> Steps:
    yield post(
        "slack.thread",
        message,
        where=Where.THREAD,
        parent=facts.desired.announcement.message.key,
        mentions=mentions(facts, message),
    )
    for handle in message.calls:
        if (unknown := facts.observed.unknown.get(f"slack/{handle}")) is not None:
            yield Notice(unknown)


def keys_posted(steps: Iterable[Step]) -> tuple[str, ...]:
    """Keys of the messages that these steps post."""
    operations = (step.op for step in steps if isinstance(step, Change))
    return tuple(op.kind for op in operations if isinstance(op, PostMessage))


def desired_replies(subject: Subject) -> Iterator[Message]:
    """The replies for the events so far."""
    if subject.effective.acknowledged is not None and not subject.phase.ended:
        yield acknowledged_reply(
            subject.say, subject.effective, subject.snapshot, subject.end_or_start()
        )
        if subject.phase is Phase.ACKNOWLEDGED:
            return
    if subject.phase is not Phase.HELD:
        yield _phase_reply(subject)
    contacts = subject.effective.ownership.contacts
    if subject.phase.active and len(contacts) > 1 and contacts[-1] == subject.episode.contact:
        text, where = subject.say.contact_reply(), subject.here("contact")
        title = one_line(f"reply: contact {subject.roster.name(contacts[-1])}", TITLE_LENGTH)
        yield Message(subject.hand("contact", contacts, contacts[-1]), text, where, title=title)


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
