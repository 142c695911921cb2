"""Comparing texts that a service may have rewritten."""

import html
import re

_BRACKETED_LINK = re.compile(r"<(https?://[^|>]+)(?:\|[^>]*)?>")


def same_text(asked: str, stored: str) -> bool:
    """True if Slack's stored text equals the requested one, apart from escapes and links."""
    return _plain(asked) == _plain(stored)


def _plain(text: str) -> str:
    return " ".join(html.unescape(_BRACKETED_LINK.sub(r"\1", text)).split())
