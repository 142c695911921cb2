"""Slack's cursors: opaque to clients, an offset inside."""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from reconciler.sandbox.answer import JsonObject
from reconciler.sandbox.slack_call import SlackCall, SlackError

Item = TypeVar("Item")


def page(call: SlackCall, items: Sequence[Item]) -> tuple[Sequence[Item], JsonObject]:
    """One page of the items, and the metadata that leads to the next one."""
    start, limit = read_cursor(call, "offset"), call.limit()
    if start > len(items):
        raise SlackError("invalid_cursor")
    rest = start + limit < len(items)
    cursor = write_cursor("offset", start + limit) if rest else ""
    return items[start : start + limit], {"next_cursor": cursor}


def read_cursor(call: SlackCall, kind: str) -> int:
    """The number in the call's cursor; 0 without one."""
    given = call.text("cursor")
    if not given:
        return 0
    try:
        found, _, number = base64.b64decode(given, validate=True).decode().partition(":")
        if found == kind:
            return int(number)
    except (binascii.Error, ValueError) as wrong:
        raise SlackError("invalid_cursor") from wrong
    raise SlackError("invalid_cursor")


def write_cursor(kind: str, number: int) -> str:
    """A cursor that `read_cursor` reads."""
    return base64.b64encode(f"{kind}:{number}".encode()).decode()
