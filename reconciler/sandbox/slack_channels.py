"""conversations.*: making, finding and changing channels."""

from typing import Final

from reconciler.sandbox.answer import JsonObject
from reconciler.sandbox.slack_call import Methods, SlackCall, SlackError
from reconciler.sandbox.slack_names import check_name, refuse_taken, tidy_name
from reconciler.sandbox.slack_pages import page
from reconciler.sandbox.slack_show import show_channel
from reconciler.sandbox.slack_state import Channel, Headline
from reconciler.sandbox.slack_text import rewritten

LONGEST_HEADLINE: Final = 250
_PRIVATE: Final = "groups:read"
"""The scope to read private channels."""

methods = Methods()


@methods("conversations.create", "channels:manage", tier=2)
def create(call: SlackCall) -> JsonObject:
    """Make a channel with the caller as its creator and first member."""
    call.need_team()
    name = call.text("name")
    check_name(name)
    refuse_taken(call.slack, name)
    channel = Channel(
        id=call.slack.next_id("C"),
        name=name,
        creator=call.me,
        created=call.now,
        private=call.flag("is_private"),
        members=[call.me],
    )
    call.slack.channels[channel.id] = channel
    call.say(channel, "channel_join", f"<@{call.me}> has joined the channel")
    call.touch(channel)
    return {"channel": show_channel(call, channel)}


@methods("conversations.info", "channels:read", tier=3)
def info(call: SlackCall) -> JsonObject:
    """One channel. A private one asks for another scope, even of its members."""
    channel = call.channel()
    if channel.private and not call.actor.has(_PRIVATE):
        provided = ",".join(call.actor.scopes or ())
        raise SlackError("missing_scope", needed=_PRIVATE, provided=provided)
    return {"channel": show_channel(call, channel, count=call.flag("include_num_members"))}


@methods("conversations.list", "channels:read", tier=2)
def list_channels(call: SlackCall) -> JsonObject:
    """A page of channels. Archived ones are filtered out after paging, so pages may be short."""
    call.need_team()
    wanted = _types(call)
    seen = [one for one in call.slack.channels.values() if _is_listed(call, one, wanted)]
    found, metadata = page(call, seen)
    live = not call.flag("exclude_archived")
    shown = [show_channel(call, one, count=True) for one in found if live or not one.archived]
    return {"channels": shown, "response_metadata": metadata}


@methods("users.conversations", "channels:read", tier=2)
def mine(call: SlackCall) -> JsonObject:
    """A page of the channels that somebody is in; the caller unless told otherwise."""
    call.need_team()
    user, wanted = call.text("user") or call.me, _types(call)
    if user not in call.slack.users:
        raise SlackError("user_not_found")
    joined = [one for one in call.slack.channels.values() if user in one.members]
    found, metadata = page(call, [one for one in joined if _is_listed(call, one, wanted)])
    live = not call.flag("exclude_archived")
    shown = [show_channel(call, one) for one in found if live or not one.archived]
    return {"channels": shown, "response_metadata": metadata}


def _types(call: SlackCall) -> set[str]:
    types = set((call.text("types") or "public_channel").replace(" ", "").split(","))
    if types - {"public_channel", "private_channel", "im", "mpim"}:
        raise SlackError("invalid_types")
    return types


def _is_listed(call: SlackCall, channel: Channel, types: set[str]) -> bool:
    if channel.private:
        return "private_channel" in types and call.me in channel.members
    return "public_channel" in types


@methods("conversations.setTopic", "channels:manage", "channels:write.topic", tier=2)
def set_topic(call: SlackCall) -> JsonObject:
    """Set the topic, saying so in the channel."""
    channel, value = _headline(call, "topic")
    channel.topic = Headline(value, call.me, call.now)
    text = f"<@{call.me}> set the channel topic: {value}"
    call.say(channel, "channel_topic", text, topic=value)
    call.touch(channel)
    return {"channel": show_channel(call, channel)}


@methods("conversations.setPurpose", "channels:manage", "channels:write.topic", tier=2)
def set_purpose(call: SlackCall) -> JsonObject:
    """Set the purpose, saying so in the channel."""
    channel, value = _headline(call, "purpose")
    channel.purpose = Headline(value, call.me, call.now)
    text = f"<@{call.me}> set the channel purpose: {value}"
    call.say(channel, "channel_purpose", text, purpose=value)
    call.touch(channel)
    return {"channel": show_channel(call, channel)}


def _headline(call: SlackCall, name: str) -> tuple[Channel, str]:
    channel, value = call.my_channel(live=True), call.text(name)
    if len(value) > LONGEST_HEADLINE:
        raise SlackError("too_long")
    rewrites = call.world.moods.slack_topic == "rewritten"
    return channel, rewritten(value) if rewrites else value


@methods("conversations.rename", "channels:manage", tier=2)
def rename(call: SlackCall) -> JsonObject:
    """Rename a channel; only its creator or an administrator may."""
    channel = call.my_channel(live=True)
    if channel.creator != call.me and not call.actor.user.admin:
        raise SlackError("not_authorized")
    name = tidy_name(call.text("name"))
    check_name(name)
    if name != channel.name:
        refuse_taken(call.slack, name)
        old, channel.name = channel.name, name
        channel.previous_names.insert(0, old)
        text = f'<@{call.me}> has renamed the channel from "{old}" to "{name}"'
        call.say(channel, "channel_name", text, old_name=old, name=name)
        call.touch(channel)
    return {"channel": show_channel(call, channel)}


@methods("conversations.archive", "channels:manage", tier=2)
def archive(call: SlackCall) -> JsonObject:
    """Archive a channel, which its members may."""
    channel = call.channel()
    if channel.archived:
        raise SlackError("already_archived")
    if channel.general:
        raise SlackError("cant_archive_general")
    call.my_channel()
    channel.archived = True
    call.say(channel, "channel_archive", f"<@{call.me}> archived the channel")
    call.touch(channel)
    return {}


@methods("conversations.unarchive", "channels:manage", tier=2)
def unarchive(call: SlackCall) -> JsonObject:
    """Open an archived channel again; bot tokens cannot, as Slack's own pages warn."""
    channel = call.channel()
    if not channel.archived:
        raise SlackError("not_archived")
    if call.actor.is_bot:
        raise SlackError("not_in_channel")
    channel.archived = False
    if call.me not in channel.members:
        channel.members.append(call.me)
    call.say(channel, "channel_unarchive", f"<@{call.me}> un-archived the channel")
    call.touch(channel)
    return {}
