"""Channels, people and messages as Slack's answers show them."""

from reconciler.sandbox.answer import JsonObject
from reconciler.sandbox.slack_call import SlackCall
from reconciler.sandbox.slack_state import Channel, Headline, Message, SlackState, SlackUser
from reconciler.sandbox.world import World


def show_channel(call: SlackCall, channel: Channel, *, count: bool = False) -> JsonObject:
    """A channel; `count` adds the number of members."""
    team = call.slack.team_id
    shown: JsonObject = {
        "id": channel.id,
        "name": channel.name,
        "is_channel": True,
        "is_group": False,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.private,
        "created": channel.created,
        "is_archived": channel.archived,
        "is_general": channel.general,
        "unlinked": 0,
        "name_normalized": channel.name,
        "is_shared": False,
        "is_org_shared": False,
        "is_ext_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "pending_connected_team_ids": [],
        "shared_team_ids": [team],
        "context_team_id": team,
        "creator": channel.creator,
        "is_member": call.me in channel.members,
        "topic": _headline(channel.topic),
        "purpose": _headline(channel.purpose),
        "previous_names": list(channel.previous_names),
        "updated": channel.updated,
    }
    return {**shown, "num_members": len(channel.members)} if count else shown


def _headline(headline: Headline) -> JsonObject:
    return {
        "value": headline.value,
        "creator": headline.creator,
        "last_set": headline.last_set,
    }


def show_user(slack: SlackState, user: SlackUser) -> JsonObject:
    """A person whom somebody knows by their e-mail address."""
    profile: JsonObject = {
        "real_name": user.real_name,
        "real_name_normalized": user.real_name,
        "display_name": user.name,
        "display_name_normalized": user.name,
        "status_text": "",
        "team": slack.team_id,
        "email": user.email,
    }
    return {
        "id": user.id,
        "team_id": slack.team_id,
        "name": user.name,
        "deleted": user.deleted,
        "real_name": user.real_name,
        "tz": "America/New_York",
        "tz_label": "Eastern Standard Time",
        "tz_offset": -18000,
        "profile": profile,
        "is_admin": user.admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": user.restricted,
        "is_ultra_restricted": user.ultra_restricted,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": 1577869200,
    }


def show_message(
    slack: SlackState, channel: Channel, message: Message, *, metadata: bool = False
) -> JsonObject:
    """A message, with its thread and pin; with its metadata only on request."""
    shown: JsonObject = {"type": "message", "user": message.user, "ts": message.ts}
    shown |= {"text": message.text, **message.extra}
    if message.subtype:
        shown["subtype"] = message.subtype
    else:
        shown["team"] = slack.team_id
    if message.bot_id:
        shown |= {"bot_id": message.bot_id, "app_id": slack.app_id}
        shown["bot_profile"] = _bot_profile(slack, message.bot_id)
    for name in ("blocks", "edited"):
        if value := getattr(message, name):
            shown[name] = value
    if metadata and message.metadata:
        shown["metadata"] = message.metadata
    return {**shown, **_thread(channel, message), **_pinned(channel, message)}


def _bot_profile(slack: SlackState, bot_id: str) -> JsonObject:
    return {
        "id": bot_id,
        "app_id": slack.app_id,
        "name": slack.users[slack.bot_user].real_name,
        "deleted": False,
        "updated": 1577869200,
        "team_id": slack.team_id,
    }


def _thread(channel: Channel, message: Message) -> JsonObject:
    if message.is_reply:
        parent = channel.message(message.thread_ts)
        owner = {"parent_user_id": parent.user} if parent else {}
        return {"thread_ts": message.thread_ts, **owner}
    replies = channel.replies(message.ts)
    if not replies:
        return {}
    users = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "reply_users": users,
        "latest_reply": replies[-1].ts,
        "subscribed": False,
    }


def _pinned(channel: Channel, message: Message) -> JsonObject:
    pin = next((pin for pin in channel.pins if pin.ts == message.ts), None)
    if pin is None:
        return {}
    info = {"channel": channel.id, "pinned_by": pin.created_by, "pinned_ts": pin.created}
    return {"pinned_to": [channel.id], "pinned_info": info}


def permalink(world: World, channel: Channel, message: Message) -> str:
    """The address of a message."""
    base = f"{world.workspace}/archives/{channel.id}"
    link = f"{base}/p{message.ts.replace('.', '')}"
    return f"{link}?thread_ts={message.thread_ts}&cid={channel.id}" if message.is_reply else link
