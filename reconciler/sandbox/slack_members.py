"""conversations.*: who is in a channel."""

from typing import Final

from reconciler.sandbox.answer import JsonObject
from reconciler.sandbox.slack_call import Methods, SlackCall, SlackError
from reconciler.sandbox.slack_pages import page
from reconciler.sandbox.slack_show import show_channel
from reconciler.sandbox.slack_state import Channel, SlackUser

MOST_INVITED: Final = 100

methods = Methods()


@methods("conversations.members", "channels:read", tier=4)
def members(call: SlackCall) -> JsonObject:
    """A page of the members' ids."""
    found, metadata = page(call, call.channel().members)
    return {"members": list(found), "response_metadata": metadata}


@methods("conversations.join", "channels:join", tier=3)
def join(call: SlackCall) -> JsonObject:
    """Join a public channel."""
    channel = call.channel()
    if channel.archived:
        raise SlackError("is_archived")
    if channel.private:
        raise SlackError("method_not_supported_for_channel_type")
    if call.me in channel.members:
        warning = "already_in_channel"
        shown = show_channel(call, channel)
        return {
            "channel": shown,
            "warning": warning,
            "response_metadata": {"warnings": [warning]},
        }
    _admit(call, channel, call.me)
    return {"channel": show_channel(call, channel)}


@methods("conversations.leave", "channels:manage", tier=3)
def leave(call: SlackCall) -> JsonObject:
    """Leave a channel."""
    channel = call.channel()
    if channel.general:
        raise SlackError("cant_leave_general")
    if channel.archived:
        raise SlackError("is_archived")
    if call.me not in channel.members:
        return {"not_in_channel": True}
    channel.members.remove(call.me)
    call.say(channel, "channel_leave", f"<@{call.me}> has left the channel")
    return {}


@methods("conversations.invite", "channels:manage", "channels:write.invites", tier=3)
def invite(call: SlackCall) -> JsonObject:
    """Invite people.

    With `force` whoever can be invited is, and the others are listed in `errors`. Without it one
    wrong user stops the whole call, except that a removed one stops nobody but themselves.
    """
    channel = call.channel()
    wanted = list(dict.fromkeys(user for user in call.text("users").split(",") if user))
    if not wanted:
        raise SlackError("no_user")
    if len(wanted) > MOST_INVITED:
        raise SlackError("too_many_users")
    if call.me not in channel.members:
        raise SlackError("not_in_channel")
    if channel.archived:
        raise SlackError("is_archived")
    wrong = {user: code for user in wanted if (code := _obstacle(call, channel, user))}
    errors = [{"user": user, "ok": False, "error": code} for user, code in wrong.items()]
    fine = [user for user in wanted if user not in wrong]
    if call.flag("force") or set(wrong.values()) <= {"cant_invite"}:
        for user in fine:
            _admit(call, channel, user)
    if wrong and not (fine and call.flag("force")):
        raise SlackError(next(iter(wrong.values())), errors=errors)
    return {"channel": show_channel(call, channel), **({"errors": errors} if errors else {})}


def _obstacle(call: SlackCall, channel: Channel, user_id: str) -> str:
    """Why somebody cannot be invited; empty if they can."""
    user = call.slack.users.get(user_id)
    if user is None:
        return "user_not_found"
    if user_id == call.me:
        return "cant_invite_self"
    if user_id in channel.members:
        return "already_in_channel"
    if user.refusal or user.deleted:
        return user.refusal or "cant_invite"
    return _of_a_guest(call, user) if user.restricted else ""


def _of_a_guest(call: SlackCall, user: SlackUser) -> str:
    """Why a guest cannot be invited; empty if they can."""
    mood = call.world.moods.slack_guest
    if mood is not None:
        return "" if mood == "invited" else mood
    channels = call.slack.channels.values()
    full = any(user.id in one.members and not one.archived for one in channels)
    return "ura_max_channels" if full and user.ultra_restricted else ""


@methods("conversations.kick", "channels:manage", tier=3)
def kick(call: SlackCall) -> JsonObject:
    """Remove somebody from a channel."""
    channel, user = call.channel(), call.text("user")
    if channel.general:
        raise SlackError("cant_kick_from_general")
    call.my_channel(live=True)
    if user == call.me:
        raise SlackError("cant_kick_self")
    if user not in call.slack.users:
        raise SlackError("user_not_found")
    if user not in channel.members:
        raise SlackError("not_in_channel")
    channel.members.remove(user)
    call.touch(channel)
    return {"errors": {}}


def _admit(call: SlackCall, channel: Channel, user: str) -> None:
    channel.members.append(user)
    message = call.say(channel, "channel_join", f"<@{user}> has joined the channel")
    if user != call.me:
        message.user = user
        message.extra["inviter"] = call.me
    call.touch(channel)
