"""conversations.history and conversations.replies."""

from typing import Final

from reconciler.sandbox.answer import JsonObject
from reconciler.sandbox.slack_call import Methods, SlackCall, SlackError
from reconciler.sandbox.slack_pages import page, read_cursor, write_cursor
from reconciler.sandbox.slack_show import show_message
from reconciler.sandbox.slack_state import Channel, Message

FAR_FUTURE: Final = 1 << 62

methods = Methods()


@methods("conversations.history", "channels:history", tier=3)
def history(call: SlackCall) -> JsonObject:
    """A channel's messages without the replies in threads, newest first."""
    channel, limit = call.my_channel(), call.limit()
    before = read_cursor(call, "next_ts") or FAR_FUTURE
    found = [
        message
        for message in reversed(_within(call, channel.messages))
        if not message.is_reply and _micros(message.ts) <= before
    ]
    shown, rest = found[:limit], found[limit:]
    answer: JsonObject = {
        "messages": [_show(call, channel, message) for message in shown],
        "has_more": bool(rest),
        "pin_count": len(channel.pins),
        "channel_actions_ts": None,
        "channel_actions_count": 0,
    }
    if rest:
        cursor = write_cursor("next_ts", _micros(rest[0].ts))
        answer["response_metadata"] = {"next_cursor": cursor}
    return answer


@methods("conversations.replies", "channels:history", tier=3)
def replies(call: SlackCall) -> JsonObject:
    """A thread, its parent first."""
    channel = call.my_channel()
    asked = channel.message(call.text("ts"))
    if asked is None:
        raise SlackError("thread_not_found")
    parent = channel.message(asked.thread_ts) if asked.is_reply else asked
    first = [parent] if parent else []
    found, metadata = page(call, [*first, *_within(call, channel.replies((parent or asked).ts))])
    more = bool(metadata["next_cursor"])
    answer = {
        "messages": [_show(call, channel, message) for message in found],
        "has_more": more,
    }
    return {**answer, "response_metadata": metadata} if more else answer


def _show(call: SlackCall, channel: Channel, message: Message) -> JsonObject:
    wanted = call.flag("include_all_metadata") and call.actor.has("metadata.message:read")
    return show_message(call.slack, channel, message, metadata=wanted)


def _within(call: SlackCall, messages: list[Message]) -> list[Message]:
    """The messages between `oldest` and `latest`, which belong to it only if `inclusive`."""
    oldest = _bound(call, "oldest", 0)
    latest = _bound(call, "latest", FAR_FUTURE)
    if call.flag("inclusive"):
        oldest, latest = oldest - 1, latest + 1
    return [message for message in messages if oldest < _micros(message.ts) < latest]


def _bound(call: SlackCall, name: str, otherwise: int) -> int:
    given = call.text(name)
    try:
        return _micros(given) if given else otherwise
    except ValueError as wrong:
        raise SlackError(f"invalid_ts_{name}") from wrong


def _micros(ts: str) -> int:
    whole, _, part = ts.partition(".")
    return int(whole) * 1_000_000 + int((part + "000000")[:6])
