"""Hostile text made harmless for terminals and for Markdown."""

import re
import unicodedata
from html import escape
from typing import Final

from reconciler.redaction import redact_tokens

_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]<>#+!|~$&])")
_REFERENCE: Final = re.compile(r"@|#(?=\d)|://|\bGH-(?=\d)|\bwww(?=\.)", re.IGNORECASE)
"""What GitHub turns into a mention, a reference or a link without any markup."""
_ZERO_WIDTH: Final = "\u200b"
_COMMAND: Final = re.compile("(^|[\r\v\f\x1c-\x1e\x85\u2028\u2029])(\\s*)::", re.MULTILINE)
_HIDDEN: Final = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def terminal(text: str) -> str:
    """The text on one line, without tokens, hidden characters shown instead of obeyed."""
    return "".join(
        _shown(char) if is_hidden(char) else char
        for char in redact_tokens(text).replace("\r\n", "\n").replace("\n", " ")
    )


def harmless(text: str) -> str:
    """Lines of any text, with hidden characters shown, such as the message of an exception."""
    return "\n".join(terminal(line) for line in text.split("\n"))


def is_hidden(char: str) -> bool:
    """True for a character that a terminal obeys or does not show."""
    return unicodedata.category(char) in _HIDDEN


def _shown(char: str) -> str:
    return f"\\x{ord(char):02x}" if ord(char) < 0x100 else f"\\u{ord(char):04x}"  # noqa: PLR2004


def shortened(text: str, limit: int) -> str:
    """At most `limit` characters, cut with an ellipsis. A token is blanked before it is cut."""
    text = redact_tokens(text)
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def markdown(text: str) -> str:
    """The text for a cell of a Markdown table: no HTML, no mention, no link, no fence.

    A zero-width space keeps GitHub from notifying people and from linking by itself.
    """
    return _MARKDOWN.sub(r"\\\1", _without_references(text))


def html(text: str) -> str:
    """The text inside of an HTML element in Markdown, which GitHub searches for mentions too."""
    return escape(_without_references(text))


def _without_references(text: str) -> str:
    return _REFERENCE.sub(
        lambda match: f"{match[0][:1]}{_ZERO_WIDTH}{match[0][1:]}", terminal(text)
    )


def inert(text: str) -> str:
    """The text of a log in which GitHub Actions finds nothing to obey.

    A runner obeys `::error::` where a line begins, blanks aside, and `##[error]` anywhere.
    """
    return _COMMAND.sub(r"\1\2\\::", text).replace("##[", "##\\[")
