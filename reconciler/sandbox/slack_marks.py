"""pins.* and bookmarks.*."""

import re
from typing import Final

from reconciler.sandbox.answer import JsonObject
from reconciler.sandbox.slack_call import Methods, SlackCall, SlackError
from reconciler.sandbox.slack_show import permalink, show_message
from reconciler.sandbox.slack_state import Bookmark, Channel, Message, Pin

MOST_PINS: Final = 100
MOST_BOOKMARKS: Final = 100

methods = Methods()


@methods("pins.add", "pins:write", tier=2)
def add_pin(call: SlackCall) -> JsonObject:
    """Pin a message."""
    channel = call.my_channel(live=True)
    message = _message(call, channel)
    if message.subtype:
        raise SlackError("not_pinnable")
    if any(pin.ts == message.ts for pin in channel.pins):
        raise SlackError("already_pinned")
    if len(channel.pins) >= MOST_PINS:
        raise SlackError("too_many_pins")
    channel.pins.insert(0, Pin(message.ts, call.now, call.me))
    return {}


@methods("pins.remove", "pins:write", tier=2)
def remove_pin(call: SlackCall) -> JsonObject:
    """Take a pin out."""
    channel = call.my_channel(live=True)
    message = _message(call, channel)
    kept = [pin for pin in channel.pins if pin.ts != message.ts]
    if len(kept) == len(channel.pins):
        raise SlackError("no_pin")
    channel.pins = kept
    return {}


@methods("pins.list", "pins:read", tier=2)
def list_pins(call: SlackCall) -> JsonObject:
    """The pinned messages, last pinned first."""
    channel = call.my_channel()
    items = []
    for pin in channel.pins:
        if message := channel.message(pin.ts):
            shown = show_message(call.slack, channel, message)
            shown["permalink"] = permalink(call.world, channel, message)
            items.append(
                {
                    "type": "message",
                    "channel": channel.id,
                    "created": pin.created,
                    "created_by": pin.created_by,
                    "message": shown,
                }
            )
    return {"items": items}


def _message(call: SlackCall, channel: Channel) -> Message:
    message = channel.message(call.text("timestamp"))
    if message is None:
        raise SlackError("message_not_found")
    return message


@methods("bookmarks.add", "bookmarks:write", tier=2)
def add_bookmark(call: SlackCall) -> JsonObject:
    """Add a bookmark; Slack takes the same link as often as it is given."""
    channel = _bookmarked(call)
    if call.text("type") != "link":
        raise SlackError("invalid_bookmark_type")
    if not call.text("title"):
        raise SlackError("invalid_arguments")
    _check_bookmark(call)
    if not call.text("link"):
        raise SlackError("invalid_link")
    if len(channel.bookmarks) >= MOST_BOOKMARKS:
        raise SlackError("too_many_bookmarks")
    bookmark = Bookmark(
        id=call.slack.next_id("Bk"),
        title=call.text("title"),
        link=call.text("link"),
        emoji=call.text("emoji"),
        created=call.now,
        updated=0,
        updated_by=call.me,
        app_id=call.slack.app_id if call.actor.is_bot else "",
    )
    channel.bookmarks.append(bookmark)
    return {"bookmark": _show_bookmark(call, channel, bookmark)}


@methods("bookmarks.edit", "bookmarks:write", tier=2)
def edit_bookmark(call: SlackCall) -> JsonObject:
    """Change the title, the link or the emoji of a bookmark."""
    channel = _bookmarked(call)
    bookmark = _bookmark(call, channel)
    _check_bookmark(call)
    for name in ("title", "link", "emoji"):
        if name in call.args:
            setattr(bookmark, name, call.text(name))
    bookmark.updated, bookmark.updated_by = call.now, call.me
    return {"bookmark": _show_bookmark(call, channel, bookmark)}


@methods("bookmarks.remove", "bookmarks:write", tier=2)
def remove_bookmark(call: SlackCall) -> JsonObject:
    """Remove a bookmark."""
    channel = _bookmarked(call)
    channel.bookmarks.remove(_bookmark(call, channel))
    return {}


@methods("bookmarks.list", "bookmarks:read", tier=3)
def list_bookmarks(call: SlackCall) -> JsonObject:
    """The bookmarks of a channel."""
    channel = call.channel("channel_id")
    return {"bookmarks": [_show_bookmark(call, channel, one) for one in channel.bookmarks]}


def _bookmarked(call: SlackCall) -> Channel:
    channel = call.channel("channel_id")
    if call.me not in channel.members or channel.archived:
        raise SlackError("permission_denied")
    return channel


def _bookmark(call: SlackCall, channel: Channel) -> Bookmark:
    wanted = call.text("bookmark_id")
    found = next((one for one in channel.bookmarks if one.id == wanted), None)
    if found is None:
        raise SlackError("not_found")
    return found


def _check_bookmark(call: SlackCall) -> None:
    link, emoji = call.text("link"), call.text("emoji")
    if link and not re.fullmatch(r"https?://[^\s/]+\S*", link):
        raise SlackError("invalid_link")
    if emoji and not re.fullmatch(r":[a-z0-9_+'-]+:", emoji):
        raise SlackError("invalid_emoji")


def _show_bookmark(call: SlackCall, channel: Channel, bookmark: Bookmark) -> JsonObject:
    return {
        "id": bookmark.id,
        "channel_id": channel.id,
        "title": bookmark.title,
        "link": bookmark.link,
        "emoji": bookmark.emoji,
        "icon_url": None,
        "type": "link",
        "entity_id": None,
        "date_created": bookmark.created,
        "date_updated": bookmark.updated,
        "rank": "i",
        "last_updated_by_user_id": bookmark.updated_by,
        "last_updated_by_team_id": call.slack.team_id,
        "shortcut_id": None,
        "app_id": bookmark.app_id or None,
    }
