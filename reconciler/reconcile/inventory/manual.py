"""Find what people made for a ticket themselves: channel, post, comment and roles."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from reconciler.model.manual_escalation import FoundTicket, JiraAccount, ManualEscalation, Remark
from reconciler.model.observed import Channel
from reconciler.model.roster import Roster
from reconciler.model.snapshot import Snapshot
from reconciler.reconcile.channel_identity import (
    Claimant,
    Claims,
    needs_messages,
    why_not_ours,
)
from reconciler.reconcile.desk_channel import desk_channel
from reconciler.reconcile.inventory.people import People
from reconciler.reconcile.wording.channel_name import prefix
from reconciler.services.connect import Gateways
from reconciler.services.errors import SetupError
from reconciler.services.slack.values import Identity

_LOOK_BACK: Final = timedelta(days=90)
"""How far back the post in the desk's channel is looked for."""


def find_by_hand(
    gateways: Gateways, snapshot: Snapshot, ticket: str, wanted: str, now: datetime
) -> ManualEscalation:
    """What exists of an escalation; `wanted` is the name or id of its channel, if known.

    Raises SetupError if Jira does not show the ticket, or the channel is ambiguous. Read-only.
    """
    seen = gateways.jira.find(ticket)
    if seen is None or seen.key != ticket:
        moved = f"; it was moved to {seen.key}" if seen else ""
        raise SetupError(f"Jira shows no ticket {ticket}{moved}", "Correct the key.")
    identity = gateways.slack.identify()
    channel = _channel(gateways, ticket, wanted)
    if channel is not None:
        _refuse_foreign(gateways, snapshot, ticket, channel, identity)
    ids = _slack_ids(gateways, snapshot.roster)
    members = gateways.slack.members(channel.id) - {identity.user} if channel else frozenset[str]()
    known = tuple(handle for handle, slack_id in ids.items() if slack_id in members)
    read, post = _announcement(gateways, snapshot, ticket, identity, now)
    return ManualEscalation(
        ticket=seen,
        reporter=_handle(snapshot.roster, seen.reporter),
        assignee=_handle(snapshot.roster, seen.assignee),
        channel=channel,
        members=known,
        strangers=len(members) - len(known),
        announcement=post,
        announcements_read=read,
        announcer=next((handle for handle, each in ids.items() if post and each == post.by), None),
        comment=_comment(seen, channel),
    )


def _channel(gateways: Gateways, ticket: str, wanted: str) -> Channel | None:
    """The one open public channel that is wanted, or that is named after the ticket."""
    name = wanted.removeprefix("#")
    start = prefix(ticket)
    found = [
        each.channel
        for each in gateways.slack.all_channels()
        if (
            name in {each.channel.name, each.channel.id}
            if name
            else each.channel.name.startswith(start) and not each.channel.archived
        )
    ]
    if name and not found:
        raise SetupError(
            f"there is no public channel {wanted}", "Give the name or id of a public channel."
        )
    if name and found[0].archived:
        raise SetupError(f"#{found[0].name} is archived", "Unarchive it in Slack, or leave it out.")
    if len(found) > 1:
        names = ", ".join(f"#{each.name}" for each in found)
        raise SetupError(
            f"several channels begin with {start}: {names}", "Say which one it is: --channel NAME"
        )
    return found[0] if found else None


def _refuse_foreign(
    gateways: Gateways, snapshot: Snapshot, ticket: str, channel: Channel, identity: Identity
) -> None:
    """Raise SetupError if the channel is a desk's, or the tool's for another ticket."""
    names = {each.announce_in for each in snapshot.policy.desks.values()}
    desks = frozenset({channel.id} if channel.name in names else ())
    who, claims = Claimant(ticket, adopts=channel.id), Claims(identity.user, desks=desks)
    about = ""
    if needs_messages(channel, who, claims) and channel.bot_is_member:
        about = gateways.slack.messages(channel.id, identity).about
    if why := why_not_ours(channel, who, claims, about):
        raise SetupError(
            f"the channel can't be adopted: {why}", "Name another channel: --channel NAME"
        )


def _slack_ids(gateways: Gateways, roster: Roster) -> Mapping[str, str]:
    ids, _ = People(gateways.jira, gateways.slack, roster).in_slack(roster.people)
    return ids


def _announcement(
    gateways: Gateways, snapshot: Snapshot, ticket: str, identity: Identity, now: datetime
) -> tuple[bool, Remark | None]:
    """Whether the bot is in the desk's channel, and the first post there that names the ticket."""
    name = snapshot.policy.desks[ticket.rpartition("-")[0]].announce_in
    channel = desk_channel(name, (each.channel for each in gateways.slack.own_channels())).id
    if channel is None:
        return False, None
    oldest = (now - _LOOK_BACK).timestamp()
    posts = gateways.slack.posts_by_people(channel, identity, oldest)
    return True, _naming(posts, (ticket,))


def _comment(ticket: FoundTicket, channel: Channel | None) -> Remark | None:
    """The first comment that names the channel."""
    return _naming(ticket.comments, (channel.name, channel.id)) if channel else None


def _naming(remarks: Iterable[Remark], words: tuple[str, ...]) -> Remark | None:
    """The first that names one of the words, and not merely a longer one."""
    either = "|".join(re.escape(each) for each in words)
    whole = re.compile(rf"(?<![\w-])(?:{either})(?![\w-])", re.IGNORECASE)
    return next((each for each in remarks if whole.search(each.text)), None)


def _handle(roster: Roster, account: JiraAccount | None) -> str | None:
    return None if account is None else roster.with_jira_account(account.id, account.email)
