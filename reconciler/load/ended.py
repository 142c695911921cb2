"""Whether a file says, at a glance, that its escalation is over. For thousands of old files."""

import re
from typing import Final

# The value is a mapping of the model's own keys: an empty `resolution:` ends nothing.
_ENDS: Final = {
    b"\nresolution:": re.compile(
        rb"\n +(?:root_cause|mitigation|follow_ups|customer_communication):"
    ),
    b"\nwithdrawn:": re.compile(rb"(?:\n +| \{)(?:by|reason):"),
}
_UNCLEAR: Final = (b"episodes", b"\\", b"''")
_BEFORE_QUOTES: Final = frozenset(b" \n[{,:?!-")
"""What can stand before a quote with which a quoted text begins."""


def has_ended(data: bytes) -> bool:
    """Whether the escalation is over, if the file can be read at all. False when in doubt.

    A line that begins with `resolution:` or `withdrawn:` ends the file's only episode, unless the
    line is within a quoted text, the one thing of YAML that can go on at the beginning of a line
    without being a key there; or within a list of episodes in braces. So there is doubt wherever a
    quote stays open at the end of a line or is written in another quote, and wherever a backslash
    or the word `episodes` stands. In any other mapping those keys are unknown, and a file with an
    unknown key cannot be read.
    """
    return (
        any(_has(data, key, value) for key, value in _ENDS.items())
        and not any(mark in data for mark in _UNCLEAR)
        and not (_stays_open(data, b'"') or _stays_open(data, b"'"))
    )


def _has(data: bytes, key: bytes, value: re.Pattern[bytes]) -> bool:
    at = data.find(key)
    return at >= 0 and value.match(data, at + len(key)) is not None


def _stays_open(data: bytes, quote: bytes) -> bool:
    """Whether a quoted text may begin somewhere and not end on the same line."""
    at = data.find(quote)
    while at >= 0:
        is_begin = at == 0 or data[at - 1] in _BEFORE_QUOTES
        end = data.find(b"\n", at)
        if is_begin and data.find(quote, at + 1, end if end >= 0 else None) < 0:
            return True
        at = data.find(quote, at + 1)
    return False


def may_name(data: bytes, tickets: frozenset[bytes]) -> bool:
    """Whether a file could hold one of the tickets. True when in doubt."""
    return b"\\" in data or any(
        ticket in data and re.search(re.escape(ticket) + rb"(?![0-9])", data) for ticket in tickets
    )
