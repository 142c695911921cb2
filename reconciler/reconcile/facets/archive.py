"""Archives the channel after the end, once it had no message for the policy's idle days."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from reconciler.model.change import Action, Change, Operation
from reconciler.model.observed import Channel, Probe
from reconciler.reconcile.facet import ChannelOperation, Facet, ReadBack
from reconciler.reconcile.facets.message_operations import PostMessage
from reconciler.reconcile.facets.postings import plan_postings
from reconciler.reconcile.facets.reminders import asks_in_channel, left_open
from reconciler.reconcile.step import Facts, Steps, why
from reconciler.reconcile.wording.channel_name import prefix

if TYPE_CHECKING:
    from reconciler.reconcile.engine.work import Work
    from reconciler.redaction import PrivateData

_DAY: Final = 86_400.0


class Archived(Facet):
    """Archives the channel. One that a file adopts must be named after the ticket for this."""

    of_channel = True

    def plan(self, facts: Facts) -> Steps:
        days = facts.desired.channel.archive_after_idle_days
        channel = facts.observed.channel
        if days is None or channel is None or asks_in_channel(facts):
            return
        ours = channel.name.startswith(prefix(facts.desired.ticket))
        if facts.desired.channel.adopted and not ours:
            return  # a file can name any channel; only one named after the ticket is archived
        if days and not channel.bot_is_member:
            return  # the latest message can't be read before the bot has joined
        deadline = facts.now.timestamp() - days * _DAY
        if days and not _quiet_since(facts, deadline):
            return
        still_open = list(left_open(facts))
        # An edit of a reminder needs the messages, which also show the time of the latest one.
        idleness = Probe.MESSAGES if still_open else Probe.IDLENESS
        if days and idleness not in facts.observed.probed:
            yield idleness
            return
        if days and channel.latest is not None and channel.latest > deadline:
            return
        yield from plan_postings(still_open)
        yield Change(
            facet="slack.archive",
            action=Action.REMOVE,
            before=f"#{channel.name}",
            after="archived",
            why=why(facts.desired.jira.why, drifted=False),
            op=Archive(),
        )


def _quiet_since(facts: Facts, deadline: float) -> bool:
    """True if all posts of the file are posted, and none of them after the deadline."""
    posts, wanted = facts.receipt.posts, facts.desired.channel.posts
    if any(each.key not in posts for each in wanted):
        return False
    return max((float(posts[each.key].ts) for each in wanted), default=0.0) <= deadline


class Archive(ChannelOperation):
    """Archive the channel."""

    do: str = "archive"

    @property
    def costs(self) -> Mapping[str, int]:
        return {"archives": 1}

    def follows(self, first: Operation) -> bool:
        # Nothing can be posted in an archived channel.
        posts = isinstance(first, PostMessage) and first.in_channel
        return posts or super().follows(first)

    def apply(self, change: Change, work: "Work") -> None:
        work.slack.archive(work.room)
        work.remember(archived=True)
        work.done(change)

    def confirmed_in(self, channel: Channel, seen: ReadBack) -> bool:
        return channel.archived

    def recorded(self, change: Change, private: "PrivateData") -> tuple[str, str]:
        return "", "archived"
