"""The brief: one message pinned in the channel, which is edited to stay true."""

from typing import TYPE_CHECKING

from reconciler.model.change import Action, Change, Operation
from reconciler.model.desired import Message
from reconciler.model.observed import Channel, Probe
from reconciler.model.receipt import Receipt
from reconciler.reconcile.facet import ChannelOperation, Evidence, Facet, Parts, ReadBack, unread
from reconciler.reconcile.facets.message_operations import PostMessage
from reconciler.reconcile.facets.postings import Posting, plan_postings
from reconciler.reconcile.step import Facts, Steps, why
from reconciler.reconcile.subject import Subject

if TYPE_CHECKING:
    from reconciler.reconcile.engine.work import Work
    from reconciler.redaction import PrivateData


class Brief(Facet):
    """The pinned message, which is edited to stay true."""

    of_channel = True
    needs = frozenset({"Slack"})

    def plan(self, facts: Facts) -> Steps:
        message = facts.desired.channel.brief
        if message is None:
            return
        steps = list(plan_postings([Posting(facts, "slack.brief", message)]))
        yield from steps
        if any(isinstance(each, Probe) for each in steps):
            return
        known = facts.receipt.posts.get(message.key)
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
    return Message(
        "brief",
        subject.say.brief(),
        why,
        sticky=True,
        title=title,
        layout=subject.say.brief_layout(),
    )


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
