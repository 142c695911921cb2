"""Web addresses of an escalation's announcement and channel, as far as a run has read them."""

from dataclasses import dataclass

from reconciler.model.desired import Desired
from reconciler.model.observed import Observed
from reconciler.reconcile.wording.placeholders import ChannelRef


@dataclass(frozen=True, slots=True)
class SlackAddresses:
    """Empty where there is nothing, or where it was not read."""

    thread: str = ""
    channel: str = ""


def slack_addresses(desired: Desired, observed: Observed, workspace_url: str) -> SlackAddresses:
    """Where the present episode is announced and discussed."""
    if not workspace_url:
        return SlackAddresses()
    channel = observed.channel
    usable = channel is not None and not channel.hidden
    return SlackAddresses(
        _thread(desired, observed, workspace_url),
        ChannelRef(channel.id, channel.name, workspace_url).url if channel and usable else "",
    )


def _thread(desired: Desired, observed: Observed, workspace_url: str) -> str:
    receipt = observed.ticket.receipt if observed.ticket else None
    posted = observed.announced.messages or (receipt.announcements if receipt else {})
    found = posted.get(desired.announcement.message.key)
    where = observed.announced.channel
    ts = desired.announcement.root or (found.ts if found else "")
    if not ts or where is None:
        return ""
    return f"{ChannelRef(where, '', workspace_url).url}/p{ts.replace('.', '')}"
