"""The interface by which a run reports its progress."""

from typing import Protocol


class Progress(Protocol):
    """Receives progress reports."""

    def stage(self, name: str, total: int | None = None) -> None:
        """A new stage begins; `total` is how many steps it has, if that is known."""

    def step(self, ticket: str) -> None:
        """One step of the stage is done."""


class Silent:
    """Ignores progress reports."""

    def stage(self, name: str, total: int | None = None) -> None:
        """Do nothing."""

    def step(self, ticket: str) -> None:
        """Do nothing."""
