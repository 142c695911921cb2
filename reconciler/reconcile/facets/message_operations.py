"""How a message in Slack is posted and edited."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from pydantic import Field

from reconciler.model.change import Change, Operation
from reconciler.model.desired import digest_without_channel
from reconciler.model.observed import Probe
from reconciler.model.receipt import ChannelReceipt, PostReceipt, Receipt
from reconciler.reconcile.facet import FacetOperation, ReadBack
from reconciler.reconcile.wording.escape import slack_line
from reconciler.reconcile.wording.layout import Block, filled
from reconciler.reconcile.wording.placeholders import (
    fill,
    fill_mentions,
    fill_reason,
    mentions_channel,
)
from reconciler.reconcile.wording.slack import REASON_LIMIT

if TYPE_CHECKING:
    from reconciler.reconcile.engine.work import Work


_WRITES: Final = {
    "slack.announcement": "the announcement",
    "slack.thread": "a reply in its thread",
    "slack.brief": "the pinned brief",
    "slack.earlier": "which channel it was in before",
    "slack.contact": "who is the contact now",
    "slack.assignee": "who is in charge now",
    "slack.reminder": "reminders, or that what they asked for is done",
    "slack.update": "updates",
    "slack.assessment": "the preliminary assessment",
    "slack.summary": "the root-cause summary",
    "slack.withdrawn": "the notice of withdrawal",
}


class Where(StrEnum):
    """Which conversation a message belongs to."""

    CHANNEL = "channel"
    ANNOUNCEMENT = "announcement"
    THREAD = "thread"

    @property
    def part(self) -> str:
        """The part of the receipt that holds its messages by key."""
        return {"channel": "posts", "announcement": "announcements", "thread": "replies"}[self]

    @property
    def probe(self) -> Probe:
        """What must be read to know which messages are there."""
        probes = (Probe.MESSAGES, Probe.ANNOUNCEMENT, Probe.THREAD)
        return dict(zip(Where, probes, strict=True))[self]


class Place(NamedTuple):
    """A conversation, and the message whose thread it is, if any."""

    channel: str
    thread: str | None


class Waits(NamedTuple):
    """What must be there before the message can be sent."""

    what: str


class PostMessage(FacetOperation):
    """Post a message."""

    do: str = "post"
    where: Where
    kind: str
    text: str
    layout: str = ""
    """Its blocks as JSON; empty if Slack shows the text."""
    rev: str
    parent: str = ""
    """Key of the announcement in whose thread it is posted; empty outside of threads."""
    without_channel: str = ""
    """Text to post while the channel cannot be created; empty if the message waits for it."""
    pull_request: str = ""
    """Id of the pull request that it announces; empty after the merge."""
    ended: bool = False
    """True if it says that this pull request has ended without an escalation."""
    mentions: dict[str, str] = Field(default_factory=dict)
    """Slack ids by handle of the people whom the text mentions."""
    calls: tuple[str, ...] = ()
    """Handles of everyone whom it calls, with an account or without; kept in its metadata."""

    @property
    def in_channel(self) -> bool:
        return self.where is Where.CHANNEL

    @property
    def thing(self) -> str:
        return self.kind

    @property
    def costs(self) -> Mapping[str, int]:
        return {"posts": 1}

    def apply(self, change: Change, work: "Work") -> None:
        place = self.place(work.receipt, work.channel, work.announced_in)
        if isinstance(place, Waits):
            work.skipped(change, place.what)
        elif mentions_channel(self.text) and work.channel is None:
            self._say_without_channel(change, work, place)
        else:
            text = fill(self.text, work.ref)
            self._keep(work, self._send(work, place, text, self.rev, self.layout))
            work.done(change)

    def _say_without_channel(self, change: Change, work: "Work", place: Place) -> None:
        """Post the text with why there is no channel, unless it is already posted."""
        if not work.no_channel or not self.without_channel:
            work.skipped(change, "the channel")
            return
        reason = slack_line(work.no_channel, REASON_LIMIT)
        text = fill_reason(self.without_channel, reason)
        rev = digest_without_channel(text)
        before = remembered(work.receipt, self.where).get(self.kind)
        if before is None or before.rev != rev:
            self._keep(work, self._send(work, place, text, rev))
        work.says_less(change)

    def place(
        self, receipt: Receipt, channel: ChannelReceipt | None, announced_in: str | None
    ) -> Place | Waits:
        """Where it goes, judged by what is known to be there.

        A reply goes into the thread of the announcement whose key it names. While that announcement
        is not known, the reply waits; it never goes into another thread.
        """
        if self.where is Where.CHANNEL:
            return Place(channel.id, None) if channel else Waits("the channel")
        if announced_in is None:
            return Waits("the desk's channel")
        if self.where is Where.ANNOUNCEMENT:
            return Place(announced_in, None)
        parent = receipt.announcements.get(self.parent)
        return Place(announced_in, parent.ts) if parent else Waits("the announcement")

    def _send(
        self, work: "Work", place: Place, text: str, rev: str, layout: str = ""
    ) -> PostReceipt:
        return work.slack.post(
            place.channel,
            fill_mentions(text, self.mentions),
            work.key(self.kind),
            rev,
            blocks=self._blocks(work, layout),
            thread=place.thread,
            calls=self.calls,
            pull_request=self.pull_request,
            ended=self.ended,
        )

    def _blocks(self, work: "Work", layout: str) -> list[Block]:
        return filled(layout, lambda each: fill_mentions(fill(each, work.ref), self.mentions))

    def _keep(self, work: "Work", post: PostReceipt) -> None:
        kept = {**remembered(work.receipt, self.where), self.kind: post}
        work.remember(**{self.where.part: kept})
        if self.where is Where.ANNOUNCEMENT:
            work.remember(announced_in=work.announced_in)

    def confirmed(self, seen: ReadBack) -> bool:
        places = {
            Where.CHANNEL: seen.channel.posts if seen.channel else None,
            Where.ANNOUNCEMENT: seen.announced.messages,
            Where.THREAD: seen.announced.replies,
        }
        post = (places[self.where] or {}).get(self.kind)
        return post is not None and self._is_it(post)

    def _is_it(self, post: PostReceipt) -> bool:
        return bool(post.ts)

    def named_by(self, receipt: Receipt) -> frozenset[Probe]:
        return frozenset({Probe.ANNOUNCED} if self.where is Where.THREAD else ())

    def writes(self, change: Change) -> str:
        return _WRITES.get(change.facet, "")


class EditMessage(PostMessage):
    """Edit a message of the bot in place."""

    do: str = "edit_post"
    ts: str
    after: tuple[str, ...] = ()
    """Keys of the replies that must be posted before this edit."""

    @property
    def costs(self) -> Mapping[str, int]:
        return {}

    def replaces(self, planned: Operation) -> bool:
        return isinstance(planned, PostMessage)

    def place(
        self, receipt: Receipt, channel: ChannelReceipt | None, announced_in: str | None
    ) -> Place | Waits:
        if self.where is Where.CHANNEL:
            return super().place(receipt, channel, announced_in)
        if announced_in is None:
            return Waits("the desk's channel")
        missing = [key for key in self.after if key not in receipt.replies]
        return Waits("its replies") if missing else Place(announced_in, None)

    def _send(
        self, work: "Work", place: Place, text: str, rev: str, layout: str = ""
    ) -> PostReceipt:
        return work.slack.edit_post(
            place.channel,
            self.ts,
            fill_mentions(text, self.mentions),
            work.key(self.kind),
            rev,
            blocks=self._blocks(work, layout),
            calls=self.calls,
            pull_request=self.pull_request,
            ended=self.ended,
        )

    def _is_it(self, post: PostReceipt) -> bool:
        return post.rev == self.rev

    def named_by(self, receipt: Receipt) -> frozenset[Probe]:
        match self.where:
            case Where.CHANNEL:
                return frozenset({Probe.MESSAGES})
            case Where.THREAD:
                return frozenset({Probe.ANNOUNCED, Probe.THREAD})
            case Where.ANNOUNCEMENT:
                return frozenset({Probe.ANNOUNCED})


def remembered(receipt: Receipt, where: Where) -> Mapping[str, PostReceipt]:
    """The messages that are known to be in such a place, by key."""
    found: Mapping[str, PostReceipt] = getattr(receipt, where.part)
    return found
