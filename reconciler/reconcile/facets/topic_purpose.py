"""The channel's topic and purpose. The tool does not change those of an imported channel."""

import html
import re
from typing import TYPE_CHECKING, ClassVar, Final

from reconciler.model.change import Action, Change
from reconciler.model.desired import Message
from reconciler.model.observed import Channel
from reconciler.model.receipt import Receipt, TextReceipt
from reconciler.reconcile.facet import ChannelOperation, Evidence, Facet, Parts, ReadBack
from reconciler.reconcile.step import Facts, Steps, why

if TYPE_CHECKING:
    from reconciler.reconcile.engine.work import Work


_BRACKETED_LINK: Final = re.compile(r"<(https?://[^|>]+)(?:\|[^>]*)?>")


class TopicAndPurpose(Facet):
    """One text each. Slack rewrites texts, so the stored form is kept for later comparison."""

    of_channel = True

    def plan(self, facts: Facts) -> Steps:
        if facts.desired.channel.by_hand:
            return
        channel, want = facts.observed.channel, facts.desired.channel
        for kind, message in ((SetTopic, want.topic), (SetPurpose, want.purpose)):
            remembered: TextReceipt | None = getattr(facts.receipt, kind.place)
            stored = getattr(channel, kind.place) if channel else ""
            before = "" if facts.fresh else stored
            asked = remembered is not None and remembered.rev == message.digest
            if facts.fresh or not asked or (remembered is not None and remembered.stored != stored):
                yield Change(
                    facet=f"slack.{kind.place}",
                    action=Action.CHANGE if before else Action.ADD,
                    before=before,
                    after=message.text,
                    why=why(message.why, drifted=asked),
                    op=kind(text=message.text, rev=message.digest),
                )

    def recall_in_channel(self, receipt: Receipt, evidence: Evidence, channel: Channel) -> Parts:
        want = evidence.desired.channel
        topic = _recalled(receipt.topic, want.topic, channel.topic)
        return {
            "topic": topic,
            "purpose": _recalled(receipt.purpose, want.purpose, channel.purpose),
        }


def _recalled(known: TextReceipt | None, want: Message, stored: str) -> TextReceipt | None:
    if (known is None or known.rev != want.digest) and same_text(want.text, stored):
        return TextReceipt(rev=want.digest, stored=stored)  # set by a failed run
    return known


def same_text(asked: str, stored: str) -> bool:
    """True if Slack's stored text equals the requested one, apart from escapes and links."""
    return _plain(asked) == _plain(stored)


def _plain(text: str) -> str:
    return " ".join(html.unescape(_BRACKETED_LINK.sub(r"\1", text)).split())


class SetTopic(ChannelOperation):
    """Set the channel's topic."""

    do: str = "set_topic"
    text: str
    rev: str
    place: ClassVar[str] = "topic"
    what = "the channel's topic"

    def apply(self, change: Change, work: "Work") -> None:
        if not self._is_there(work):
            stored = getattr(work.slack, self.do)(work.room, self.text)
            work.remember(**{self.place: TextReceipt(rev=self.rev, stored=stored)})
        work.done(change)

    def _is_there(self, work: "Work") -> bool:
        """True if only a list that lags said that the text had drifted.

        Slack tells the channel of each text that is set, and nobody can delete that message.
        """
        known: TextReceipt | None = getattr(work.receipt, self.place)
        if known is None or known.rev != self.rev:
            return False
        channel = work.slack.channel(work.room)
        return channel is not None and getattr(channel, self.place) == known.stored

    def confirmed_in(self, channel: Channel, seen: ReadBack) -> bool:
        known, stored = getattr(seen.receipt, self.place), getattr(channel, self.place)
        asked = known is not None and (known.rev, known.stored) == (self.rev, stored)
        return asked or same_text(self.text, stored)


class SetPurpose(SetTopic):
    """Set the channel's purpose."""

    do: str = "set_purpose"
    place, what = "purpose", "its purpose"
