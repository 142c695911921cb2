"""Posts in the channel: the pinned brief, updates, handovers, and the summary at the end."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from reconciler.model.change import Action, Change, Operation
from reconciler.model.desired import Message
from reconciler.model.observed import Channel, Probe
from reconciler.model.phase import Phase
from reconciler.model.receipt import UNDER_MARK, PostReceipt, Receipt
from reconciler.reconcile.facet import ChannelOperation, Evidence, Facet, Parts, ReadBack, unread
from reconciler.reconcile.facets.messages import PostMessage, edit, mentions, post
from reconciler.reconcile.step import Facts, Steps, why
from reconciler.reconcile.subject import SUMMARY, TITLE_LENGTH, Subject
from reconciler.reconcile.wording.escape import one_line
from reconciler.reconcile.wording.slack import went_on_in

if TYPE_CHECKING:
    from reconciler.reconcile.engine.work import Work
    from reconciler.redaction import PrivateData


class Brief(Facet):
    """The pinned message, which is edited to stay true."""

    of_channel = True

    def plan(self, facts: Facts) -> Steps:
        message = facts.desired.channel.brief
        if message is None:
            return
        known = facts.receipt.posts.get(message.key)
        told = message.key in facts.stored.posts and not facts.fresh
        if known is None:
            if (probe := unread(facts, Probe.MESSAGES)) is not None:
                yield probe
                return
            yield post("slack.brief", message, drifted=told)
        elif known.rev != message.digest:
            yield edit("slack.brief", message, known.ts)
        if known is None or facts.receipt.pinned != known.ts:
            if known is not None and (probe := unread(facts, Probe.PINS)) is not None:
                yield probe
                return
            yield Change(
                facet="slack.pin",
                action=Action.ADD,
                after="pins the brief",
                why=why(message.why, drifted=facts.stored.pinned is not None and not facts.fresh),
                op=Pin(kind=message.key),
            )

    def recall_in_channel(self, receipt: Receipt, evidence: Evidence, channel: Channel) -> Parts:
        if channel.pins is None:
            return {}
        posts = channel.posts if channel.posts is not None else receipt.posts
        brief = posts.get("brief")
        return {"pinned": brief.ts if brief and brief.ts in channel.pins else None}


def desired_brief(subject: Subject) -> Message:
    """The pinned message: all that a newcomer to the channel must know."""
    why, title = subject.here("reason"), "who is who, impact, reason, findings"
    return Message("brief", subject.say.brief(), why, sticky=True, title=title)


class Pin(ChannelOperation):
    """Pin the message of a kind."""

    do: str = "pin"
    kind: str

    @property
    def thing(self) -> str:
        return self.kind

    def follows(self, first: Operation) -> bool:
        posts = isinstance(first, PostMessage) and first.in_channel and first.kind == self.kind
        return posts or super().follows(first)

    def apply(self, change: Change, work: "Work") -> None:
        message = work.receipt.posts.get(self.kind)
        if message is None:
            work.skipped(change, f"the {self.kind}")
            return
        work.slack.pin(work.room, message.ts)
        work.remember(pinned=message.ts)
        work.done(change)

    def confirmed_in(self, channel: Channel, seen: ReadBack) -> bool:
        message = seen.receipt.posts.get(self.kind)
        return message is not None and message.ts in (channel.pins or frozenset())

    def named_by(self, receipt: Receipt) -> frozenset[Probe]:
        return frozenset({Probe.MESSAGES} if self.kind in receipt.posts else ())

    def recorded(self, change: Change, private: "PrivateData") -> tuple[str, str]:
        return "", self.kind


class Posts(Facet):
    """Events, posted once and never again."""

    of_channel = True

    def plan(self, facts: Facts) -> Steps:
        wanted = (*_earlier_channels(facts), *facts.desired.channel.posts)
        missing = [each for each in wanted if each.key not in facts.receipt.posts]
        if missing and (probe := unread(facts, Probe.MESSAGES)) is not None:
            yield probe
            return
        for message in missing:
            facet = f"slack.{message.key.partition('-')[0]}"
            yield post(facet, message, mentions=mentions(facts, message))

    def recall_in_channel(self, receipt: Receipt, evidence: Evidence, channel: Channel) -> Parts:
        if channel.posts is None:
            return {}
        told = {kind: each for kind, each in receipt.posts.items() if kind != "brief"}
        return {"posts": events(told, channel.posts)}


def events(
    told: Mapping[str, PostReceipt], seen: Mapping[str, PostReceipt]
) -> dict[str, PostReceipt]:
    """The posted events by key: those of the receipt, even if deleted since, and those observed."""
    marked = {kind: each for kind, each in told.items() if each.rev == UNDER_MARK}
    return {**told, **seen, **marked}


def _earlier_channels(facts: Facts) -> Iterator[Message]:
    """Which channel it was in before, for those in the new one: no bot can write into the old."""
    earlier, source = facts.receipt.earlier_channels, facts.desired.channel.topic.why
    if earlier and facts.desired.phase.active:
        text = went_on_in(tuple(each.id for each in earlier))
        names = ", ".join(f"#{each.name}" for each in earlier)
        yield Message("earlier", text, source, title=f"was in {names} before")


def desired_posts(subject: Subject) -> Iterator[Message]:
    """Handovers, updates, and the summary or the notice of withdrawal."""
    yield from _changed_hands(subject)
    for index, update in enumerate(subject.episode.updates):
        kind = subject.kind(f"update-{index + 1}")
        author = subject.roster.name(update.by)
        title = one_line(f"update {index + 1} by {author}: {update.text}", TITLE_LENGTH)
        yield Message(kind, subject.say.update(update), subject.here("updates", index), title=title)
    if subject.phase is Phase.WITHDRAWN:
        text = subject.say.withdrawal()
        why = subject.here("withdrawn")
        yield Message(subject.kind("withdrawn"), text, why, title="why it was withdrawn")
    elif subject.episode.resolution is not None:
        text = subject.say.summary(subject.episode.resolution)
        why = subject.here("resolution")
        yield Message(subject.kind("summary"), text, why, title=SUMMARY)


def _changed_hands(subject: Subject) -> Iterator[Message]:
    """That somebody else is in charge, or is the contact, for those in the channel."""
    if subject.phase is not Phase.ASSIGNED:
        return
    hands, say, episode = subject.effective.hands, subject.say, subject.episode
    if hands.contact_before and hands.contacts[-1] == episode.contact:
        new, old = episode.contact, hands.contact_before
        kind, where = subject.hand("contact", hands.contacts, new), subject.here("contact")
        title = f"{subject.roster.name(new)} is the contact now"
        yield Message(kind, say.new_contact(), where, title=title, calls=(new, old))
    if hands.assignee_before and hands.assignees[-1] == episode.assignee:
        new, old = episode.assignee, hands.assignee_before
        kind, where = subject.hand("assignee", hands.assignees, new), subject.here("assignee")
        title = f"{subject.roster.name(new)} is in charge now"
        yield Message(kind, say.new_assignee(), where, title=title, calls=(new, old))
