"""The desks' channels: the tool's announcements there, read once in a run."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from reconciler.model.observed import Called, Copy, CopyPlace
from reconciler.model.receipt import PostReceipt
from reconciler.reconcile.inventory.cached_reads import Once
from reconciler.services.slack.gateway import SlackGateway
from reconciler.services.slack.values import Identity, Messages, PostKey


class Replies(NamedTuple):
    """The tool's replies in one thread."""

    posts: dict[str, PostReceipt]
    called: dict[str, Called]
    copies: tuple[Copy, ...]


class Announcements:
    """Reads the desks' channels, from any thread."""

    def __init__(
        self,
        slack: SlackGateway,
        identity: Identity,
        starts: Mapping[str, float],
        default_start: float,
    ) -> None:
        """Start with nothing read.

        `starts` holds by channel id the moment from which on it is read, in seconds of Unix time.
        `default_start` is that of all others. Both are fixed, because a channel is read once.
        """
        self._slack = slack
        self._identity = identity
        self._starts = starts
        self._default_start = default_start
        self._read: Once[Messages] = Once()

    def messages(self, channel: str) -> Messages:
        """What a desk's channel holds, given by its id."""
        oldest = self._starts.get(channel, self._default_start)
        return self._read.get(
            channel, lambda: self._slack.messages(channel, self._identity, oldest)
        )

    def of(self, ticket: str, channel: str) -> dict[str, PostReceipt]:
        """The announcements of a ticket, by kind."""
        posts = posts_of(self.messages(channel), ticket)
        return {kind: post for kind, post in posts.items() if _announces(kind)}

    def copies(self, ticket: str, channel: str) -> Iterator[Copy]:
        """Second copies of the announcements of a ticket, with our replies in their threads."""
        for key, copies in self.messages(channel).copies.items():
            if key.ticket != ticket or not _announces(key.kind):
                continue
            for each in copies:
                used, ours = each.used, tuple[str, ...]()
                if each.replies and not used:
                    thread = self._slack.thread(channel, each.ts, self._identity)
                    used, ours = thread.used, thread.ours
                yield Copy(CopyPlace.ANNOUNCEMENT, key.kind, each.ts, used, ours)

    def answers(self, ticket: str, channel: str) -> dict[str, int]:
        """How many replies the announcements of a ticket have, by kind."""
        found = self.messages(channel).answers.items()
        return {key.kind: count for key, count in found if key.ticket == ticket}

    def proposed(self, channel: str, *, ended: bool = False) -> dict[PostKey, str]:
        """By message key, the id of the pull request that the message announces.

        With `ended` also of those that have ended, which may have second copies of replies.
        """
        read = self.messages(channel)
        found = {**read.pull_requests, **(read.ended if ended else {})}
        return {key: pull_request for key, pull_request in found.items() if _announces(key.kind)}

    def replies(self, ticket: str, channel: str, ts: str) -> Replies:
        """The tool's replies to an announcement, by key, and their second copies."""
        messages = self._slack.replies(channel, ts, self._identity)
        posts = posts_of(messages, ticket)
        found = {kind: post for kind, post in posts.items() if not _announces(kind)}
        copies = copies_of(messages, ticket, CopyPlace.THREAD)
        return Replies(
            found,
            {key.kind: each for key, each in messages.called.items() if key.kind in found},
            tuple(each for each in copies if not _announces(each.key)),
        )

    def forget(self) -> None:
        """Read the channels again next time."""
        self._read.forget()


def posts_of(messages: Messages, ticket: str) -> dict[str, PostReceipt]:
    """The tool's messages about a ticket, by key."""
    return {key.kind: post for key, post in messages.ours.items() if key.ticket == ticket}


def copies_of(messages: Messages, ticket: str, place: CopyPlace) -> Iterator[Copy]:
    """Second copies of the tool's messages about a ticket."""
    for key, copies in messages.copies.items():
        if key.ticket == ticket:
            yield from (Copy(place, key.kind, each.ts, each.used) for each in copies)


def _announces(kind: str) -> bool:
    return kind.startswith("announcement")
