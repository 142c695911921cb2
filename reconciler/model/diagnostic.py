"""What stands in the way, for people."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Diagnostic:
    """Why something cannot be done or seen, and the cure."""

    facet: str
    message: str
    remedy: str
