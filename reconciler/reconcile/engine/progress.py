"""How a run tells what it is doing, without knowing who listens."""

from typing import Protocol


class Progress(Protocol):
    """Somebody who wants to know."""

    def stage(self, name: str, total: int | None = None) -> None:
        """A new stage begins; `total` is how many steps it has, if that is known."""

    def step(self, ticket: str) -> None:
        """One step of the stage is done."""


class Silent:
    """Nobody listens."""

    def stage(self, name: str, total: int | None = None) -> None:
        """Say nothing."""

    def step(self, ticket: str) -> None:
        """Say nothing."""
