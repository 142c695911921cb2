"""Hostile text made harmless for terminals and for Markdown."""

import re
import unicodedata
from typing import Final

_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]<>#+!|~$&])")
_ZERO_WIDTH: Final = "\u200b"
_HIDDEN: Final = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def terminal(text: str) -> str:
    """The text on one line, with control and direction characters shown instead of obeyed."""
    return "".join(
        char if unicodedata.category(char) not in _HIDDEN else _shown(char)
        for char in text.replace("\r\n", "\n").replace("\n", " ")
    )


def _shown(char: str) -> str:
    return f"\\x{ord(char):02x}" if ord(char) < 0x100 else f"\\u{ord(char):04x}"  # noqa: PLR2004


def shortened(text: str, limit: int) -> str:
    """At most `limit` characters, cut with an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def markdown(text: str) -> str:
    """The text for a cell of a Markdown table: no HTML, no mention, no link, no fence.

    A zero-width space after `@` keeps GitHub from notifying people.
    """
    escaped = _MARKDOWN.sub(r"\\\1", terminal(text))
    return escaped.replace("@", f"@{_ZERO_WIDTH}").replace("://", f":{_ZERO_WIDTH}//")
