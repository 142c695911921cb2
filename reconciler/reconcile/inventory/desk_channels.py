"""The desks' channels: the tool's announcements there, read once in a run."""

from collections.abc import Mapping

from reconciler.model.receipt import PostReceipt
from reconciler.reconcile.inventory.cached_reads import Once
from reconciler.services.slack.gateway import SlackGateway
from reconciler.services.slack.values import Identity, Messages, PostKey


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

    def proposed(self, channel: str) -> dict[PostKey, str]:
        """By message key, the id of the pull request that the message announces."""
        found = self.messages(channel).pull_requests
        return {key: pull_request for key, pull_request in found.items() if _announces(key.kind)}

    def replies(self, ticket: str, channel: str, ts: str) -> dict[str, PostReceipt]:
        """The tool's replies to an announcement, by key."""
        posts = posts_of(self._slack.replies(channel, ts, self._identity), ticket)
        return {kind: post for kind, post in posts.items() if not _announces(kind)}

    def forget(self) -> None:
        """Read the channels again next time."""
        self._read.forget()


def posts_of(messages: Messages, ticket: str) -> dict[str, PostReceipt]:
    """The tool's messages about a ticket, by key."""
    return {key.kind: post for key, post in messages.ours.items() if key.ticket == ticket}


def _announces(kind: str) -> bool:
    return kind.startswith("announcement")
