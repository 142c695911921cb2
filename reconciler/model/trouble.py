"""What stands in the way, for people."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Trouble:
    """Why something cannot be done or seen, and the cure."""

    facet: str
    message: str
    cure: str
