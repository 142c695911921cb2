"""chat.*: posting, editing, deleting."""

import re
from typing import Final

from reconciler.sandbox.answer import JsonObject
from reconciler.sandbox.slack_blocks import are_valid
from reconciler.sandbox.slack_call import Methods, SlackCall, SlackError
from reconciler.sandbox.slack_show import show_message
from reconciler.sandbox.slack_state import Channel, Message

LONGEST_POST: Final = 40_000
LONGEST_UPDATE: Final = 4_000
LONGEST_PIECE: Final = 4_000
"""A longer text becomes several messages. Source: "Truncating content" at
https://docs.slack.dev/reference/methods/chat.postMessage, and reports of people."""
LARGEST_METADATA: Final = 16_000

methods = Methods()


@methods("chat.postMessage", "chat:write", tier=0)
def post(call: SlackCall) -> JsonObject:
    """Post a message or a reply."""
    channel = call.channel()
    if call.me not in channel.members and not _may_post_anywhere(call, channel):
        raise SlackError("not_in_channel")
    if channel.archived:
        raise SlackError("is_archived")
    message = Message("", call.me, "", thread_ts=_thread(call, channel))
    _write(call, message, LONGEST_POST)
    message.ts = call.slack.next_ts(call.world.clock.micros())
    if call.actor.is_bot:
        message.bot_id = call.slack.bot_id
    channel.messages.append(message)
    _split(call, channel, message)
    shown = show_message(call.slack, channel, message, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": shown}


def _split(call: SlackCall, channel: Channel, first: Message) -> None:
    """Make several messages of a long text; the answer names the first.

    Slack does not document which of them keeps the metadata. By default it is the last, so that a
    client that relies on one message with both is seen to be wrong.
    """
    text, moods = first.text, call.world.moods
    if moods.slack_long_post == "cut":
        first.text = text[:LONGEST_PIECE]
    if moods.slack_long_post != "split":
        return
    pieces = [text[at : at + LONGEST_PIECE] for at in range(0, len(text), LONGEST_PIECE)]
    if len(pieces) < 2:  # noqa: PLR2004 - one piece is the message itself
        return
    first.text = pieces[0]
    for piece in pieces[1:]:
        ts = call.slack.next_ts(call.world.clock.micros())
        more = Message(ts, first.user, piece, thread_ts=first.thread_ts, bot_id=first.bot_id)
        channel.messages.append(more)
    if moods.slack_metadata == "last":
        channel.messages[-1].metadata, first.metadata = first.metadata, None


@methods("chat.update", "chat:write", tier=3)
def update(call: SlackCall) -> JsonObject:
    """Edit a message of one's own; blocks and metadata that are left out stay as they were."""
    channel, message = _mine(call, "cant_update_message")
    _write(call, message, LONGEST_UPDATE)
    message.edited = {"user": call.me, "ts": f"{call.now}.000000"}
    shown = show_message(call.slack, channel, message, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": shown}


@methods("chat.delete", "chat:write", tier=3)
def delete(call: SlackCall) -> JsonObject:
    """Delete a message; a parent with replies leaves a tombstone behind."""
    channel, message = _mine(call, "cant_delete_message")
    if channel.replies(message.ts):
        grave = Message(message.ts, "USLACKBOT", "This message was deleted.", subtype="tombstone")
        channel.messages[channel.messages.index(message)] = grave
    else:
        channel.messages.remove(message)
    channel.pins = [pin for pin in channel.pins if pin.ts != message.ts]
    return {"channel": channel.id, "ts": message.ts}


def _mine(call: SlackCall, refusal: str) -> tuple[Channel, Message]:
    channel = call.channel()
    message = channel.message(call.text("ts"))
    if message is None or message.subtype == "tombstone":
        raise SlackError("message_not_found")
    deleting = refusal == "cant_delete_message"
    if message.subtype or (message.user != call.me and not (deleting and call.actor.user.admin)):
        raise SlackError(refusal)
    if channel.archived and not deleting:
        raise SlackError("is_archived")
    return channel, message


def _may_post_anywhere(call: SlackCall, channel: Channel) -> bool:
    return call.actor.is_bot and not channel.private and call.actor.has("chat:write.public")


def _thread(call: SlackCall, channel: Channel) -> str:
    """The parent that a reply goes to; a reply to a reply goes to the same thread."""
    wanted = call.text("thread_ts")
    if not wanted:
        return ""
    parent = channel.message(wanted)
    if parent is None:
        raise SlackError("thread_not_found")
    return parent.thread_ts if parent.is_reply else parent.ts


def _write(call: SlackCall, message: Message, longest: int) -> None:
    """Put text, blocks and metadata into a message, once all of them are known to be right."""
    text, blocks = call.text("text"), _blocks(call)
    if not text and not blocks:
        raise SlackError("no_text")
    if len(text) > longest:
        raise SlackError("msg_too_long")
    metadata = _metadata(call)
    message.text = text
    if blocks is not None:
        message.blocks = blocks or None
    if metadata is not None:
        message.metadata = metadata or None


def _blocks(call: SlackCall) -> list[JsonObject] | None:
    """The blocks, each with an id; None if none are given, [] to remove those that are there."""
    if "blocks" not in call.args:
        return None
    given = call.structure("blocks", "invalid_blocks_format") or []
    if not isinstance(given, list):
        raise SlackError("invalid_blocks_format")
    if not are_valid(given):
        raise SlackError("invalid_blocks")
    return [{"block_id": f"b{index}", **block} for index, block in enumerate(given)]


def _metadata(call: SlackCall) -> JsonObject | None:
    """Metadata in the one form that Slack takes; None if none is given, {} to remove it."""
    if "metadata" not in call.args:
        return None
    given = call.structure("metadata", "invalid_metadata_format")
    if given in ({}, None, ""):
        return {}
    if not isinstance(given, dict) or set(given) - {"event_type", "event_payload"}:
        raise SlackError("invalid_metadata_format")
    kind, payload = given.get("event_type"), given.get("event_payload")
    if not isinstance(kind, str) or not re.fullmatch(r"\w+", kind, re.ASCII):
        raise SlackError("invalid_metadata_format")
    if not isinstance(payload, dict):
        raise SlackError("invalid_metadata_format")
    if not all(isinstance(value, str | int | float | bool) for value in payload.values()):
        raise SlackError("invalid_metadata_schema")
    if len(str(payload)) > LARGEST_METADATA:
        raise SlackError("metadata_too_large")
    return given
