"""When an escalation's file first reached the main line of history."""

from datetime import datetime
from typing import NamedTuple


class Arrival(NamedTuple):
    """The commit that brought the file, and the effective time of that commit."""

    commit: str
    at: datetime
    pull_request: int | None = None
    """The number that the commit's subject names, as GitHub writes it."""
