"""Slack's rules for the names of channels."""

import re
from typing import Final

from reconciler.sandbox.slack_call import SlackError
from reconciler.sandbox.slack_state import SlackState

LONGEST: Final = 80
RESERVED: Final = frozenset({"channel", "everyone", "group", "here", "me", "slackbot"})


def check_name(name: str) -> None:
    """Refuse a name that `conversations.create` would not take."""
    if not name:
        raise SlackError("invalid_name_required")
    if len(name) > LONGEST:
        raise SlackError("invalid_name_maxlength")
    if not re.fullmatch(r"[\w-]+", name) or name != name.lower():
        raise SlackError("invalid_name_specials")
    if not name.strip("-_"):
        raise SlackError("invalid_name_punctuation")


def tidy_name(name: str) -> str:
    """What `conversations.rename` makes of a name without being asked."""
    return re.sub(r"[^\w-]", "-", name.lower())[:LONGEST]


def refuse_taken(slack: SlackState, name: str) -> None:
    """Refuse a name in use, be it by an archived channel or one that the caller cannot see."""
    if name in RESERVED or any(channel.name == name for channel in slack.channels.values()):
        raise SlackError("name_taken")
