"""The last line of the reconciler's own comments on a ticket, by which it finds them again."""

import re
from typing import Final

_MARKER: Final = re.compile(
    r"escalation-as-code[ \\]+(?P<ticket>[A-Z][A-Z0-9_]+-\d+)[ \\]+(?P<kind>[a-z0-9-]+)[ \\]+"
    r"(?P<rev>[0-9a-f]{10})"
)


def marked(body: str, ticket: str, kind: str, rev: str) -> str:
    """The body with the marker as its last line, in Jira's wiki markup."""
    return f"{body}\n\n{{color:#97a0af}}escalation-as-code {ticket} {kind} {rev}{{color}}"


def read_marker(body: str) -> tuple[str, str, str] | None:
    """Ticket, kind and revision of a comment; None if it carries no marker."""
    markers = list(_MARKER.finditer(body))
    if not markers:
        return None
    ours = markers[-1]  # quoted text comes before it
    return ours["ticket"], ours["kind"], ours["rev"]
