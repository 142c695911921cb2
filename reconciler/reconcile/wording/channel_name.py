"""The channel's name: `ds-1234-issue-in-some-service`, as Slack allows it."""

import re
import unicodedata
from typing import Final

from reconciler.model.escalation import Escalation

MAX_LENGTH: Final = 80
"""Slack's limit for a channel name."""
_ROOM_FOR_SUFFIX: Final = 3
_SLUG_LENGTH: Final = 40
"""Longer names are cut off in Slack's sidebar."""
_MOST_AGAIN: Final = 10
_NO_SLUG: Final = "escalation"
"""For titles without a Latin letter or digit: a channel is known by what it begins with."""


def channel_name(escalation: Escalation) -> str:
    """The name of the channel for the current episode."""
    episode = len(escalation.episodes) + 1
    suffix = f"-{episode}" if episode > 1 else ""
    slug = escalation.channel or _slug(escalation.title) or _NO_SLUG
    stem = f"{prefix(escalation.ticket)}{slug}".strip("-")[: MAX_LENGTH - _ROOM_FOR_SUFFIX]
    return stem.rstrip("-_") + suffix


def another_name(name: str, lost: str) -> str:
    """A name for a new channel if an unusable one, `lost`, still has the name."""
    endings = ("", "-again", *(f"-again-{number}" for number in range(2, _MOST_AGAIN)))
    names = [name[: MAX_LENGTH - len(ending)].rstrip("-_") + ending for ending in endings]
    return names[names.index(lost) + 1] if lost in names[:-1] else name


def prefix(ticket: str) -> str:
    """What every name of a ticket's channel begins with."""
    return f"{ticket.lower()}-"


def _slug(title: str) -> str:
    ascii_text = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9_]+", "-", ascii_text.lower()).strip("-_")
    if len(slug) <= _SLUG_LENGTH:
        return slug
    return slug[: _SLUG_LENGTH + 1].rpartition("-")[0] or slug[:_SLUG_LENGTH]
