"""Comparing texts that a service may have rewritten."""

import html
import re

_BRACKETED_LINK = re.compile(r"<(https?://[^|>]+)(?:\|[^>]*)?>")


def same_text(asked: str, stored: str) -> bool:
    """Whether Slack's stored text is the one we asked for, its own escapes and links aside."""
    return _plain(asked) == _plain(stored)


def _plain(text: str) -> str:
    return " ".join(html.unescape(_BRACKETED_LINK.sub(r"\1", text)).split())
