"""The desks' channels: what we announced there, read once in a run."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from reconciler.model.desired import Desired
from reconciler.model.observed import Ticket
from reconciler.model.receipt import PostReceipt
from reconciler.observe.once import Once
from reconciler.services.slack import SlackGateway
from reconciler.services.slack_read import Identity, Messages, PostKey

_LOOK_BACK: Final = timedelta(days=30)
"""How far back an announcement is looked for that no receipt tells of."""


class Announcements:
    """Reads the desks' channels, from any thread."""

    def __init__(self, slack: SlackGateway, identity: Identity, now: datetime) -> None:
        """Start with nothing read."""
        self._slack = slack
        self._identity = identity
        self._start = (now - _LOOK_BACK).timestamp()
        self._read: Once[Messages] = Once()
        self._oldest: dict[str, float] = {}

    def expect(self, desired: Iterable[Desired], tickets: Mapping[str, Ticket]) -> None:
        """Learn from the receipts how far back the announcements of each channel reach."""
        for each in desired:
            ticket = tickets.get(each.ticket)
            receipt = ticket.receipt if ticket else None
            name = each.announcement.channel_name
            for post in (receipt.announcements if receipt else {}).values():
                self.reach_back(name, float(post.ts))

    def reach_back(self, name: str, moment: float) -> None:
        """Read the channel of this name from this moment on, in seconds of Unix time."""
        self._oldest[name] = min(self._oldest.get(name, self._start), moment)

    def messages(self, name: str, channel: str) -> Messages:
        """What a desk's channel holds, given by its name and its id."""
        oldest = self._oldest.get(name, self._start)
        return self._read.get(
            channel, lambda: self._slack.messages(channel, self._identity, oldest)
        )

    def of(self, ticket: str, name: str, channel: str) -> dict[str, PostReceipt]:
        """The announcements of a ticket, by kind."""
        posts = posts_of(self.messages(name, channel), ticket)
        return {kind: post for kind, post in posts.items() if _announces(kind)}

    def proposed(self, name: str, channel: str) -> dict[PostKey, str]:
        """Ids of the proposals that are announced as such."""
        found = self.messages(name, channel).proposals
        return {key: proposal for key, proposal in found.items() if _announces(key.kind)}

    def replies(self, ticket: str, channel: str, ts: str) -> dict[str, PostReceipt]:
        """Our replies to an announcement, by kind."""
        posts = posts_of(self._slack.replies(channel, ts, self._identity), ticket)
        return {kind: post for kind, post in posts.items() if not _announces(kind)}

    def forget(self) -> None:
        """Read anew next time."""
        self._read.forget()


def posts_of(messages: Messages, ticket: str) -> dict[str, PostReceipt]:
    """Our messages about a ticket, by kind."""
    return {key.kind: post for key, post in messages.ours.items() if key.ticket == ticket}


def _announces(kind: str) -> bool:
    return kind.startswith("announcement")
