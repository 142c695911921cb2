"""Messages on what a run cannot do or read."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Diagnostic:
    """Why something cannot be done or read, and the remedy."""

    facet: str
    message: str
    remedy: str
