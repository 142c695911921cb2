"""Texts of topics and purposes as Slack stores them."""

import re
import unicodedata
from typing import Final

_AMPERSAND: Final = re.compile(r"&(?!amp;|lt;|gt;)")
_ADDRESS: Final = re.compile(r"(?<!<)https?://[^\s<>|]+")
_PICTURE: Final = "So"
"""The category of characters that emoji have."""


def rewritten(text: str) -> str:
    """The text with entities, names in place of emoji, and addresses in angle brackets.

    Sources: https://docs.slack.dev/messaging/formatting-message-text (entities and links); reports
    of people on names in place of emoji. A text that is rewritten already stays as it is.
    """
    named = "".join(_named(char) for char in _AMPERSAND.sub("&amp;", text))
    return _ADDRESS.sub(lambda found: f"<{found[0]}>", named)


def _named(char: str) -> str:
    if unicodedata.category(char) != _PICTURE:
        return char
    return f":{unicodedata.name(char, 'sign').lower().replace(' ', '_')}:"
