"""What an escalation asks of the desk's channel: one message, and the replies in its thread."""

from collections.abc import Iterator

from reconciler.desire.earlier import earlier_announcements, earlier_reminders
from reconciler.desire.escape import one_line
from reconciler.desire.proposal import acknowledged_reply
from reconciler.desire.reminders import answered, reminders
from reconciler.desire.subject import GIST_LENGTH, Subject
from reconciler.model.desired import DesiredAnnouncement, Message
from reconciler.model.finding import Loc
from reconciler.model.phase import Phase


def desired_announcement(subject: Subject) -> DesiredAnnouncement:
    """The message for the present phase, and everything in its thread."""
    why: Loc = ("assignee",) if subject.phase is Phase.ASSIGNED else ()
    kind, said = subject.kind(subject.phase), str(subject.phase)
    person = subject.episode.assignee
    if subject.phase is Phase.ASSIGNED and person:
        kind = subject.hand("assigned", subject.case.hands.assignees, person)
        said = f"assigned to {subject.roster.name(person)}"
    said_now = Message(
        kind,
        subject.say.reply(),
        subject.here(*why) if why else subject.end_or_start(),
        gist=one_line(f"reply: {said}", GIST_LENGTH),
        without_channel=(
            subject.say.reply_without_channel() if subject.phase is Phase.ASSIGNED else ""
        ),
    )
    channel = subject.policy.desks[subject.escalation.desk].announce_in
    return DesiredAnnouncement(
        channel_name=channel,
        message=Message(
            subject.announcement,
            subject.say.announcement(with_channel=subject.opens_channel),
            subject.end_or_start(),
            standing=True,
            gist=f"in #{channel}: {subject.phase}",
            without_channel=(
                subject.say.announcement_without_channel() if subject.opens_channel else ""
            ),
        ),
        replies=tuple(_replies(subject, said_now)),
        reminders=tuple(reminders(subject.case, subject.book, subject.now)),
        settled=tuple(earlier_reminders(subject.case, subject.book, subject.now)),
        answered=answered(subject.case),
        root=subject.escalation.by_hand.announcement or "",
        earlier=tuple(
            earlier_announcements(subject.case, subject.book, subject.links, subject.now)
        ),
    )


def _replies(subject: Subject, now: Message) -> Iterator[Message]:
    if subject.case.acknowledged is not None and not subject.phase.ended:
        yield acknowledged_reply(subject.say, subject.case, subject.book, subject.end_or_start())
        if subject.phase is Phase.ACKNOWLEDGED:
            return
    if subject.phase is not Phase.HELD:
        yield now
    contacts = subject.case.hands.contacts
    if subject.phase.active and len(contacts) > 1 and contacts[-1] == subject.episode.contact:
        text, where = subject.say.contact_reply(), subject.here("contact")
        gist = one_line(f"reply: contact {subject.roster.name(contacts[-1])}", GIST_LENGTH)
        yield Message(subject.hand("contact", contacts, contacts[-1]), text, where, gist=gist)
