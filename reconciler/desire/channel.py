"""What an escalation asks of its channel: what it shows, who is in it, what is posted there."""

from collections.abc import Iterator

from reconciler.desire.channel_name import channel_name
from reconciler.desire.escape import one_line
from reconciler.desire.subject import GIST_LENGTH, Subject
from reconciler.desire.ticket import SUMMARY
from reconciler.model.desired import Bookmark, DesiredChannel, Invitee, Message
from reconciler.model.finding import Position
from reconciler.model.phase import Phase


def desired_channel(subject: Subject) -> DesiredChannel:
    """Its name, texts, members and messages, and when it is archived."""
    ended = subject.phase.ended
    why = subject.end_or_start()
    adopted, by_hand = subject.escalation.adopted, subject.escalation.by_hand.channel is not None
    return DesiredChannel(
        name=channel_name(subject.escalation),
        opens=subject.opens_channel,
        topic=Message("topic", subject.say.topic(), why),
        purpose=Message("purpose", subject.say.purpose(), subject.at("title")),
        bookmarks=() if by_hand else _bookmarks(subject),
        invitees=tuple(_invitees(subject)) if subject.phase.active else (),
        brief=None if ended or by_hand else _brief(subject),
        posts=tuple(_posts(subject)),
        archive_after_idle_days=subject.policy.channel.archive_after_idle_days if ended else None,
        adopted=(adopted and adopted.channel) or "",
        by_hand=by_hand,
    )


def _brief(subject: Subject) -> Message:
    why, gist = subject.here("reason"), "who is who, impact, reason, findings"
    return Message("brief", subject.say.brief(), why, standing=True, gist=gist)


def _bookmarks(subject: Subject) -> tuple[Bookmark, ...]:
    ticket, path = subject.escalation.ticket, subject.case.source.path
    why = subject.at("ticket")
    bookmarks = (
        Bookmark("ticket", f"Ticket {ticket}", subject.links.ticket(ticket), why),
        Bookmark("file", "Escalation file", subject.links.file(path), why),
    )
    number = subject.arrival.pull_request if subject.arrival else None
    if number is None:
        return bookmarks
    link = subject.links.pull_request(number)
    return (*bookmarks, Bookmark("pull-request", f"Pull request #{number}", link, why))


def _invitees(subject: Subject) -> Iterator[Invitee]:
    """Role holders first; whoever appears twice keeps the first, stronger claim."""
    seen: set[str] = set()
    for handle, loc, again in _claims(subject):
        for person in subject.roster.members(handle):
            if person not in seen:
                seen.add(person)
                yield Invitee(person, loc, again)


def _claims(subject: Subject) -> Iterator[tuple[str, Position, bool]]:
    episode = subject.episode
    yield episode.initiator, subject.here("initiator"), True
    yield episode.contact, subject.here("contact"), True
    yield subject.escalation.reporter.person, subject.at("reporter", "person"), True
    before = subject.case.hands
    if before.contact_before:  # so that they can be told; they have been invited already
        yield before.contact_before, subject.here("contact"), False
    if before.assignee_before:
        yield before.assignee_before, subject.here("assignee"), False
    if episode.assignee is not None:
        yield episode.assignee, subject.here("assignee"), True
        lead = subject.roster.crew_lead(episode.assignee)
        if lead is not None:
            yield lead, subject.here("assignee"), True
    for handle in subject.policy.always_include:
        yield handle, Position("config/policy.yaml"), True
    for side in ("client_facing", "product_engineering"):
        for index, handle in enumerate(getattr(subject.escalation.stakeholders, side)):
            yield handle, subject.at("stakeholders", side, index), False


def _posts(subject: Subject) -> Iterator[Message]:
    yield from _changed_hands(subject)
    for index, update in enumerate(subject.episode.updates):
        kind = subject.kind(f"update-{index + 1}")
        author = subject.roster.name(update.by)
        gist = one_line(f"update {index + 1} by {author}: {update.text}", GIST_LENGTH)
        yield Message(kind, subject.say.update(update), subject.here("updates", index), gist=gist)
    if subject.phase is Phase.WITHDRAWN:
        text = subject.say.withdrawal()
        why = subject.here("withdrawn")
        yield Message(subject.kind("withdrawn"), text, why, gist="why it was withdrawn")
    elif subject.episode.resolution is not None:
        text = subject.say.summary(subject.episode.resolution)
        why = subject.here("resolution")
        yield Message(subject.kind("summary"), text, why, gist=SUMMARY)


def _changed_hands(subject: Subject) -> Iterator[Message]:
    """That somebody else is in charge, or is the contact, for those in the channel."""
    if subject.phase is not Phase.ASSIGNED:
        return
    hands, say, episode = subject.case.hands, subject.say, subject.episode
    if hands.contact_before and hands.contacts[-1] == episode.contact:
        new, old = episode.contact, hands.contact_before
        kind, where = subject.hand("contact", hands.contacts, new), subject.here("contact")
        gist = f"{subject.roster.name(new)} is the contact now"
        yield Message(kind, say.new_contact(), where, gist=gist, calls=(new, old))
    if hands.assignee_before and hands.assignees[-1] == episode.assignee:
        new, old = episode.assignee, hands.assignee_before
        kind, where = subject.hand("assignee", hands.assignees, new), subject.here("assignee")
        gist = f"{subject.roster.name(new)} is in charge now"
        yield Message(kind, say.new_assignee(), where, gist=gist, calls=(new, old))
