"""A failed run in Slack: one message in the channel of each desk, edited by the next good run."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from reconciler.cli.report_on_github import report_retries
from reconciler.model.receipt import PostReceipt
from reconciler.model.snapshot import Snapshot
from reconciler.model.standstill import FailureCause
from reconciler.render.standstill import slack_ended, slack_text
from reconciler.services.environment import variables
from reconciler.services.settings import read_settings
from reconciler.services.slack.gateway import SlackGateway
from reconciler.services.slack.values import Messages, PostKey
from reconciler.services.slack.wire import SlackWire

_KIND: Final = "standstill"
_ENDED: Final = "ended"
"""The digest of a message that says that runs work again."""
_LOOK_BACK: Final = timedelta(days=30)


def report_in_slack(
    causes: Sequence[FailureCause], snapshot: Snapshot, now: datetime, issue: str
) -> bool:
    """Post the message where it is missing, and edit it where it differs.

    Raises ServiceError, also if Slack is what fails.
    """
    text = slack_text(causes, issue)
    digest = sha256(text.encode()).hexdigest()[:12]
    for slack, channel, messages in _channels(snapshot, now):
        known = next(_open(messages), None)
        if known is None:
            key = PostKey(_KIND, f"{_KIND}-{now:%Y%m%d%H%M%S}")
            slack.post(channel, text, key, digest)
        elif known[1].rev != digest:
            slack.edit_post(channel, known[1].ts, text, known[0], digest)
    return True


def take_back_in_slack(snapshot: Snapshot, now: datetime) -> bool:
    """Edit each message that still says that runs fail. Raises ServiceError."""
    for slack, channel, messages in _channels(snapshot, now):
        for key, receipt in list(_open(messages)):
            slack.edit_post(channel, receipt.ts, slack_ended(now), key, _ENDED)
    return True


def _channels(snapshot: Snapshot, now: datetime) -> Iterator[tuple[SlackGateway, str, Messages]]:
    """The channel of each desk that the bot is in, with the bot's messages in it."""
    settings = read_settings(variables())
    oldest = (now - _LOOK_BACK).timestamp()
    with closing(SlackGateway(SlackWire(settings.slack, settings.timeout, report_retries()))) as it:
        identity, known = it.identify(), it.own_channels()
        names = {each.announce_in for each in snapshot.policy.desks.values()}
        for each in known:
            if each.channel.name in names:
                yield it, each.channel.id, it.messages(each.channel.id, identity, oldest)


def _open(messages: Messages) -> Iterator[tuple[PostKey, PostReceipt]]:
    """Our messages that still say that runs fail."""
    for key, receipt in messages.ours.items():
        if key.ticket == _KIND and receipt.rev != _ENDED:
            yield key, receipt
