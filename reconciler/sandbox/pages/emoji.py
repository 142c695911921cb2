"""Emoji that messages name, as characters."""

import re
from typing import Final

_KNOWN: Final = {
    "alarm_clock": "⏰",
    "arrow_right": "➡️",
    "bell": "🔔",
    "bookmark": "🔖",
    "clipboard": "📋",
    "eyes": "👀",
    "file_cabinet": "🗄️",
    "fire": "🔥",
    "heavy_check_mark": "✔️",
    "hourglass_flowing_sand": "⏳",
    "large_blue_circle": "🔵",
    "large_green_circle": "🟢",
    "large_orange_circle": "🟠",
    "large_red_circle": "🔴",
    "large_yellow_circle": "🟡",
    "leftwards_arrow_with_hook": "↩️",
    "link": "🔗",
    "lock": "🔒",
    "mag": "🔍",
    "memo": "📝",
    "new": "🆕",
    "no_entry_sign": "🚫",
    "octagonal_sign": "🛑",
    "pushpin": "📌",
    "red_circle": "🔴",
    "rotating_light": "🚨",
    "speech_balloon": "💬",
    "ticket": "🎫",
    "warning": "⚠️",
    "wave": "👋",
    "white_check_mark": "✅",
    "white_circle": "⚪",
    "x": "❌",
}
_NAME: Final = re.compile(r":([a-z0-9_+-]+):")


def with_emoji(text: str) -> str:
    """The text with characters in place of the names that are known."""
    return _NAME.sub(lambda found: _KNOWN.get(found[1], found[0]), text)
