"""Second copies of what the tool posted once: removed, except where people have used them.

A copy comes from a request that was delivered twice, from an answer that was out of date, or from
two runs at once. The oldest copy always stays. So two runs cannot remove both.
"""

from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Final

from reconciler.model.change import Action, Change, Operation
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.observed import Channel, Copy, CopyPlace, Probe
from reconciler.model.outcome import Result
from reconciler.reconcile.facet import ChannelOperation, Facet, FacetOperation, ReadBack
from reconciler.reconcile.facets.bookmarks import bookmark_copies
from reconciler.reconcile.facets.message_operations import PostMessage, Where
from reconciler.reconcile.step import DRIFT, Facts, Notice, Steps

if TYPE_CHECKING:
    from reconciler.reconcile.engine.work import Work
    from reconciler.redaction import PrivateData

_USED: Final = "people have answered in it"
_USED_REMEDY: Final = "Continue in the older one. The tool keeps both."


class ChannelCopies(Facet):
    """Second copies in the channel: messages, bookmarks, and pins of copies that stay."""

    of_channel = True

    def plan(self, facts: Facts) -> Steps:
        channel = facts.observed.channel
        if channel is None or facts.fresh:
            return
        for copy in channel.copies:
            yield from _plan(copy)
            if copy.used and copy.id in (channel.pins or ()):
                yield _change(Unpin(key=copy.key, id=copy.id))
        for key, bookmark in bookmark_copies(facts.desired, channel, facts.observed.bot):
            yield _change(RemoveBookmark(key=key, id=bookmark))


class Copies(Facet):
    """Second copies of announcements, of replies, and on the ticket."""

    also_held = True
    also_proposed = True

    def plan(self, facts: Facts) -> Steps:
        announced = facts.observed.announced
        if _has_unread_replies(facts):
            yield Probe.THREAD
        for copy in announced.copies:
            yield from _plan(copy)
        want = facts.desired.jira
        ours = {f"{want.follow_up_link} {key}" for key, _ in want.follow_ups}
        for copy in facts.ticket.copies:
            if copy.place is not CopyPlace.LINK or copy.key in ours:
                yield from _plan(copy)


def _has_unread_replies(facts: Facts) -> bool:
    """True if the announcement has more replies than the tool has posted, and no one read them."""
    key, seen = facts.desired.announcement.message.key, facts.observed
    root = facts.receipt.announcements.get(key)
    if root is None or Probe.ANNOUNCEMENT not in seen.probed or Probe.THREAD in seen.probed:
        return False
    posted = (each.ts for each in facts.receipt.replies.values())
    known = sum(float(ts) > float(root.ts) for ts in posted)
    return seen.announced.answers.get(key, 0) > known


def _plan(copy: Copy) -> Steps:
    """Remove a copy, or report that it stays."""
    op = _removal_of(copy)
    if not copy.used:
        yield _change(op)
        return
    yield Notice(
        Diagnostic(
            op.facet,
            f"there is a second copy of {op.named} ({copy.id}). People have answered in it or"
            " edited it, so the tool keeps both",
            "Continue in the older one. The tool does not update the second one.",
        )
    )


def _removal_of(copy: Copy) -> "Removal":
    match copy.place:
        case CopyPlace.COMMENT:
            return RemoveComment(key=copy.key, id=copy.id)
        case CopyPlace.LINK:
            return RemoveLink(key=copy.key, id=copy.id)
        case CopyPlace.REMOTE_LINK:
            return RemoveRemoteLink(key=copy.key, id=copy.id)
        case place:
            return RemoveMessage(where=Where(place), key=copy.key, id=copy.id)


def _change(op: "Removal") -> Change:
    return Change(
        facet=op.facet,
        action=Action.REMOVE,
        before=f"a second copy of {op.named}",
        why=DRIFT,
        op=op,
    )


class Removal(FacetOperation):
    """Remove a second copy."""

    key: str
    id: str
    facet: ClassVar[str] = "slack.copy"

    @property
    def thing(self) -> str:
        return f"{self.key} {self.id}"

    @property
    def named(self) -> str:
        """What it is a copy of, in words."""
        return self.key.replace("-", " ")

    @property
    def costs(self) -> Mapping[str, int]:
        return {"copies": 1}

    def recorded(self, change: Change, private: "PrivateData") -> tuple[str, str]:
        return change.before, ""


class OneCallRemoval(Removal):
    """Remove a second copy with one call."""

    def apply(self, change: Change, work: "Work") -> None:
        self.remove(work)
        work.done(change)

    @abstractmethod
    def remove(self, work: "Work") -> None:
        """Remove it; nothing happens if it is gone already. Raises ServiceError."""


class RemoveMessage(Removal):
    """Delete a second copy of a message, with the tool's own replies in its thread."""

    do: str = "remove_message"
    where: Where

    @property
    def in_channel(self) -> bool:
        return self.where is Where.CHANNEL

    def follows(self, first: Operation) -> bool:
        # What was posted in its thread must be in the thread of the oldest copy first.
        replies = isinstance(first, PostMessage) and first.where is Where.THREAD
        return (self.where is Where.ANNOUNCEMENT and replies) or super().follows(first)

    def apply(self, change: Change, work: "Work") -> None:
        channel = work.room if self.where is Where.CHANNEL else work.announced_in or ""
        replies: tuple[str, ...] = ()
        if self.where is not Where.THREAD:
            thread = work.slack.thread(channel, self.id, work.identity)
            if thread.used:  # since the plan was made
                work.outcomes.note(change, Result.SKIPPED, _USED, _USED_REMEDY)
                return
            replies = thread.ours
        for ts in (*replies, self.id):
            work.slack.delete_post(channel, ts)
        work.done(change)

    def confirmed(self, seen: ReadBack) -> bool:
        read, copies = {
            Where.CHANNEL: (
                seen.channel and seen.channel.posts,
                seen.channel.copies if seen.channel else (),
            ),
            Where.ANNOUNCEMENT: (seen.announced.messages, seen.announced.copies),
            Where.THREAD: (seen.announced.replies, seen.announced.copies),
        }[self.where]
        return read is not None and self.id not in {each.id for each in copies}


class RemoveBookmark(ChannelOperation, OneCallRemoval):
    """Remove a second copy of a bookmark."""

    do: str = "remove_bookmark"

    @property
    def named(self) -> str:
        return f"the bookmark {super().named}"

    def remove(self, work: "Work") -> None:
        work.slack.remove_bookmark(work.room, self.id)

    def confirmed_in(self, channel: Channel, seen: ReadBack) -> bool:
        there = {each.id for each in channel.bookmarks or ()}
        return channel.bookmarks is not None and self.id not in there


class Unpin(ChannelOperation, OneCallRemoval):
    """Remove the pin of a second copy that stays because people have used it."""

    do: str = "unpin"

    @property
    def named(self) -> str:
        return f"the pin of the {super().named}"

    def remove(self, work: "Work") -> None:
        work.slack.unpin(work.room, self.id)

    def confirmed_in(self, channel: Channel, seen: ReadBack) -> bool:
        return channel.pins is not None and self.id not in channel.pins


class _TicketRemoval(OneCallRemoval):
    """Remove a second copy from the ticket. It needs no edit of the ticket."""

    facet = "jira.copy"

    def confirmed(self, seen: ReadBack) -> bool:
        ticket = seen.ticket
        return ticket is not None and self.id not in {each.id for each in ticket.copies}


class RemoveComment(_TicketRemoval):
    """Delete a second copy of a comment."""

    do: str = "remove_comment"

    @property
    def named(self) -> str:
        return f"the comment {super().named}"

    def remove(self, work: "Work") -> None:
        work.jira.comments.delete(work.ticket, self.id)


class RemoveLink(_TicketRemoval):
    """Delete a second link to a follow-up, of the same type."""

    do: str = "remove_link"

    @property
    def named(self) -> str:
        return f"the link {self.key}"

    def remove(self, work: "Work") -> None:
        work.jira.delete_link(self.id)


class RemoveRemoteLink(_TicketRemoval):
    """Delete a second link to the channel."""

    do: str = "remove_remote_link"

    @property
    def named(self) -> str:
        return f"the link to the {self.key}"

    def remove(self, work: "Work") -> None:
        work.jira.delete_remote_link(work.ticket, self.id)

    def confirmed(self, seen: ReadBack) -> bool:
        read = seen.ticket is not None and seen.ticket.remote_link is not None
        return read and super().confirmed(seen)
