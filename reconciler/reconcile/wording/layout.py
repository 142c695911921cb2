"""Block Kit: how Slack lays out a message. The text beside it stays complete.

A layout is JSON, so that it is compared, hashed and kept in a plan as a text is. All mrkdwn in it
is escaped already.
Source of the limits: https://docs.slack.dev/reference/block-kit/blocks
"""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from reconciler.reconcile.wording.escape import one_line
from reconciler.reconcile.wording.placeholders import CHANNEL_MENTION, CHANNEL_URL

Block = dict[str, Any]

HEADER_LIMIT: Final = 150
SECTION_LIMIT: Final = 3_000
FIELD_LIMIT: Final = 2_000
BUTTON_LIMIT: Final = 75
URL_LIMIT: Final = 3_000
_MOST_FIELDS: Final = 10


def header(text: str) -> Block:
    """A headline. It is plain text, so nothing in it becomes a mention, a link or an emoji."""
    return {"type": "header", "text": _plain(one_line(text, HEADER_LIMIT))}


def section(mrkdwn: str) -> Block:
    """A paragraph."""
    return {"type": "section", "text": _mrkdwn(mrkdwn)}


def fields(pairs: Sequence[tuple[str, str]]) -> Block:
    """Names and values in two columns."""
    shown = [_mrkdwn(f"*{name}*\n{value}") for name, value in pairs[:_MOST_FIELDS]]
    return {"type": "section", "fields": shown}


def buttons(links: Iterable[tuple[str, str]]) -> Block:
    """Buttons that open a web address each."""
    shown = [
        {"type": "button", "text": _plain(one_line(label, BUTTON_LIMIT)), "url": url}
        for label, url in links
        if len(url) <= URL_LIMIT
    ]
    return {"type": "actions", "elements": shown}


def context(mrkdwn: str) -> Block:
    """A small line at the end."""
    return {"type": "context", "elements": [_mrkdwn(mrkdwn)]}


def layout(blocks: Iterable[Block]) -> str:
    """The blocks as JSON, without buttons if none can be shown."""
    shown = [each for each in blocks if each.get("elements") != []]
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":"))


def extended(before: str, *blocks: Block) -> str:
    """A layout with more blocks at its end; empty if there is none."""
    return layout([*json.loads(before), *blocks]) if before else ""


def filled(stored: str, fill: Callable[[str], str]) -> list[Block]:
    """The blocks to send, with what stands for channel and people filled in; none if empty."""
    found: list[Block] = _each(json.loads(stored), fill) if stored else []
    return found


def without_channel_link(stored: str) -> str:
    """The layout for an escalation that never had a channel."""
    return _without_button(stored, lambda text: text.replace(f" in {CHANNEL_MENTION}", ""))


def in_channel(stored: str, mention: str) -> str:
    """The layout for an escalation in a channel that is not the present one, by its mention."""
    return _without_button(stored, lambda text: text.replace(CHANNEL_MENTION, mention))


def _without_button(stored: str, change: Callable[[str], str]) -> str:
    """The layout with changed texts, without the button that opens the present channel."""
    if not stored:
        return ""
    kept = _each(json.loads(stored), change)
    for each in kept:
        if each["type"] == "actions":
            each["elements"] = [it for it in each["elements"] if it["url"] != CHANNEL_URL]
    return layout(kept)


def _each(value: Any, change: Callable[[str], str]) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_each(each, change) for each in value]
    if isinstance(value, dict):
        return {key: _each(each, change) for key, each in value.items()}
    return value


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


def _mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text}
